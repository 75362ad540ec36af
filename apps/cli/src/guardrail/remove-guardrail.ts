import { Argument, Command, Option } from 'commander';
import { parseReason } from '../arguments/reason';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { guardrailName } from './guardrail-name';

interface RemoveOptions extends SharedOptions {
  readonly reason?: string;
}

const EXAMPLES = `
Examples:
  $ heddle guardrail remove only-router --reason 'replaced by no-dev'`;

/** `heddle guardrail remove`. */
export function removeGuardrailCommand(io: Io): Command {
  const command = new Command('remove')
    .description('let a guardrail stand no more')
    .addArgument(new Argument('<name>', 'what it goes by').argParser(guardrailName))
    .addOption(new Option('--reason <text>', 'kept with the change').argParser(parseReason))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (name: string, { reason, ...options }: RemoveOptions) => {
    const { guardrails, printer } = await openSession(io, options);
    const answer = await guardrails.remove(name, reason);
    printer.print(answer, () => `the guardrail ${name} is gone, by change ${answer.change}`);
  });
}
