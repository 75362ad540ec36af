import { Argument, Command } from 'commander';
import { MOMENTS } from '../arguments/at-option';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { printEveryViolation, type WindowOptions, withWindow } from './every-violation';
import { guardrailName } from './guardrail-name';

const EXAMPLES = `
A policy whose end moved is told once, for the whole time that it stood. The answer comes in pages:
JSON is a line for each of them, and YAML a document.
${MOMENTS}

Examples:
  $ heddle guardrail violations only-router
  $ heddle guardrail violations only-router --since '30d ago' --output json`;

/** `heddle guardrail violations`. */
export function listViolationsCommand(io: Io): Command {
  const command = new Command('violations')
    .description('list the policies that are or were against a guardrail, since when, and by whose change')
    .addArgument(new Argument('<name>', 'what it goes by').argParser(guardrailName))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(withWindow(command, io)).action(
    async (name: string, options: SharedOptions & WindowOptions) => {
      const { guardrails, printer } = await openSession(io, options);
      await printEveryViolation(guardrails, name, options, printer);
    },
  );
}
