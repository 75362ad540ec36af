import { Argument, Command, Option } from 'commander';
import type { GuardrailSet } from '../api/guardrail-schemas';
import { parseReason } from '../arguments/reason';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import type { Page } from '../output/page';
import { openSession } from '../session/session';
import { guardrailName } from './guardrail-name';
import { guardrailWords } from './guardrail-words';
import { statementOf, type StatementOptions, STATEMENTS, withStatement } from './statement-options';
import { violationTable } from './violation-table';

interface SetOptions extends SharedOptions, StatementOptions {
  readonly warn?: boolean;
  readonly reason?: string;
}

const EXAMPLES = `
${STATEMENTS}
Policies that are against it already stay, and are told.

Examples:
  $ heddle guardrail set only-router --from-all-but router --to prod-db --reason 'PCI 1.2'
  $ heddle guardrail set no-dev --from-space dev --to prod-db
  $ heddle guardrail set no-telnet --to-all-but lab --protocol tcp --port 23 --warn`;

/** `heddle guardrail set`. */
export function setGuardrailCommand(io: Io): Command {
  const command = withStatement(new Command('set'))
    .description('refuse changes that would let some apps reach others, or warn of them')
    .addArgument(new Argument('<name>', 'what it goes by; one with that name is replaced').argParser(guardrailName))
    .option('--warn', 'make such changes all the same, and say so')
    .addOption(new Option('--reason <text>', 'what it is for; told to those who are refused').argParser(parseReason))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (name: string, options: SetOptions) => {
    const statement = statementOf(options);
    const { guardrails, printer } = await openSession(io, options);
    const mode = options.warn === true ? 'warn' : 'refuse';
    const answer = await guardrails.set({ name, mode, ...statement }, options.reason);
    printer.print(answer, (page) => setText(answer, page));
  });
}

/** That it stands, and what is against it. */
export function setText({ change, guardrail, standing }: GuardrailSet, page: Page): string {
  const head = `${guardrailWords(guardrail)}${change === null ? ' (it stood before)' : ''}`;
  if (standing.violations.length === 0) return `${head}\nno policy is against it`;
  const more = standing.next === null ? [] : [`there may be more: heddle guardrail violations ${guardrail.name}`];
  return [head, 'against it already, and left alone:', violationTable(standing, page), ...more].join('\n');
}
