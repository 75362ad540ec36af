import { Command } from 'commander';
import type { PolicyStatus } from '../api/reach-schemas';
import { MOMENTS } from '../arguments/at-option';
import { askedBetweenApps, type BetweenAppsOptions } from '../arguments/between-apps';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { asOfWords } from '../output/as-of';
import { count } from '../output/enumerate';
import type { Page } from '../output/page';
import { type Cell, type Column, renderTable } from '../output/table';
import { formatDuration, formatTime } from '../output/time';
import { authorWords } from '../reach/author-words';
import { openSession } from '../session/session';
import { policyWords } from './policy-words';

type Status = PolicyStatus['policies'][number];

const EXAMPLES = `
${MOMENTS}
Of a policy that had been removed by then it is told which cells had stopped letting it through.

Examples:
  $ heddle policy status visitor homeowner
  $ heddle policy status visitor homeowner --port 8080 --at '2026-11-10 14:03'`;

/** `heddle policy status`. */
export function policyStatusCommand(io: Io): Command {
  const command = new Command('status')
    .description('say whether the policies between two apps were in force, cell by cell')
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(askedBetweenApps(command, io)).action(
    async (from: string, to: string, options: SharedOptions & BetweenAppsOptions) => {
      const { protocol, port, at } = options;
      const { past, printer } = await openSession(io, options);
      const status = await past.policyStatus({ from, to, protocol, port, at });
      printer.print(status, (page) => statusText(status, page));
    },
  );
}

const COLUMNS: readonly Column[] = [{ title: 'CELL', wraps: true }, { title: 'STATE' }, { title: 'SINCE' }];

/** Each policy: declared or not, in force or not, by whose change, and a line for each cell. */
export function statusText({ asOf, policies, placementsKnown }: PolicyStatus, page: Page): string {
  const unknown = placementsKnown
    ? []
    : ['where containers were is not known of then: cells that started one after the change are not listed'];
  return [asOfWords(asOf, page), ...policies.map((status) => oneStatus(status, page)), ...unknown].join('\n');
}

function oneStatus(status: Status, page: Page): string {
  const { declared, added, removed, window, cells } = status;
  const head = `${policyWords(status)}: ${headline(status, page)}`;
  const by = removed ? `removed by ${authorWords(removed, page)}` : `added by ${authorWords(added, page)}`;
  const took =
    declared || window.ms === null || cells.length === 0 ? '' : `; it was exposed for ${formatDuration(window.ms)}`;
  const rows = cells.map((cell): Cell[] => [cell.cell, stateWords(cell, declared), sinceWords(cell, page)]);
  return [head, `  ${by}${took}`, ...(rows.length > 0 ? [renderTable(COLUMNS, rows, page)] : [])].join('\n');
}

function headline({ declared, enforced, cells }: Status, page: Page): string {
  const missing = cells.filter(({ said }) => said !== 'enforced').length;
  if (cells.length === 0) return `${declared ? 'declared' : 'not declared any more'}, and no cell is concerned`;
  const where = count(cells.length, 'cell');
  if (declared && enforced) return `declared, and ${page.paint('good', 'in force')} on ${where} concerned`;
  if (declared) return `declared, and ${page.paint('bad', 'not in force')} on ${missing} of ${where} concerned`;
  if (enforced) return `not declared any more, and ${page.paint('good', 'stopped')} on ${where} concerned`;
  return `not declared any more, and ${page.paint('bad', 'perhaps still let through')} on ${missing} of ${where} concerned`;
}

function stateWords({ said, state }: Status['cells'][number], declared: boolean): Cell {
  if (said === 'enforced') return { text: declared ? 'in force' : 'stopped', tone: 'good' };
  if (said === 'later') return { text: 'not yet then', tone: 'uncertain' };
  return state === 'waiting' ? { text: 'not yet', tone: 'uncertain' } : { text: 'not heard from', tone: 'bad' };
}

function sinceWords({ at, by }: Status['cells'][number], page: Page): string {
  if (at === null) return '-';
  return `${formatTime(at, page, { withMs: true })}${by === 'start' ? ', with its container' : ''}`;
}
