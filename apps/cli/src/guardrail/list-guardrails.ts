import { Command } from 'commander';
import type { GuardrailList } from '../api/guardrail-schemas';
import { atOption, MOMENTS } from '../arguments/at-option';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { openSession } from '../session/session';
import { portWords, selectorWords } from './guardrail-words';

interface ListOptions extends SharedOptions {
  readonly at?: string;
}

const EXAMPLES = `
${MOMENTS}
SINCE is the change that set it.

Examples:
  $ heddle guardrail list
  $ heddle guardrail list --at '2026-11-10 14:03'`;

/** `heddle guardrail list`. */
export function listGuardrailsCommand(io: Io): Command {
  const command = new Command('list')
    .description('list guardrails')
    .addOption(atOption(io, 'those that stood at this moment'))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: ListOptions) => {
    const { guardrails, printer } = await openSession(io, options);
    const list = await guardrails.list(options.at);
    printer.print(list, (page) => guardrailTable(list, page));
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'NAME', wraps: true },
  { title: 'MODE' },
  { title: 'FROM', wraps: true },
  { title: 'TO', wraps: true },
  { title: 'PORTS' },
  { title: 'SINCE', align: 'right' },
  { title: 'REASON', wraps: true },
];

/** A row for each. */
export function guardrailTable({ asOf, guardrails }: GuardrailList, page: Page): string {
  if (guardrails.length === 0) return `${asOfWords(asOf, page)}: no guardrails`;
  const rows = guardrails.map(({ name, mode, since, reason = '-', ...statement }) => [
    ...[name, mode, selectorWords(statement.from), selectorWords(statement.to), portWords(statement)],
    ...[String(since), reason],
  ]);
  return renderTable(COLUMNS, rows, page);
}
