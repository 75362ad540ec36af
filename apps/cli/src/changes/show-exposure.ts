import { Argument, Command } from 'commander';
import type { Exposure } from '../api/past-schemas';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { sequence } from '../arguments/whole-number';
import type { Io } from '../io';
import { count } from '../output/enumerate';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { formatDuration, formatTime } from '../output/time';
import { openSession } from '../session/session';

const EXAMPLES = `
Examples:
  $ heddle changes exposure 8812
  $ heddle changes exposure 8812 --output json`;

/** `heddle changes exposure`. */
export function showExposureCommand(io: Io): Command {
  const command = new Command('exposure')
    .description('show how long what a change removed was still allowed, on which cells')
    .addArgument(new Argument('<seq>', 'number of the change').argParser(sequence('seq')))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (seq: number, options: SharedOptions) => {
    const { past, printer } = await openSession(io, options);
    const exposure = await past.exposure(seq);
    printer.print(exposure, (page) => exposureText(exposure, page));
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'CELL', wraps: true },
  { title: 'STOPPED ALLOWING' },
  { title: 'AFTER', align: 'right' },
];

/** A sentence, and a line for each cell concerned. */
export function exposureText(exposure: Exposure, page: Page): string {
  const { seq, removed, committedAt, closedAt, windowMs, cells } = exposure;
  if (removed === 0) return `change ${seq} removed nothing, so nothing was exposed`;
  const head = `change ${seq} ${takenAway(exposure)} at ${exactly(committedAt, page)}`;
  if (cells.length === 0) return `${head}; no cell had to stop allowing anything`;
  const open = cells.filter(({ enforcedAt }) => enforcedAt === null).length;
  const end =
    closedAt === null || windowMs === null
      ? `${count(open, 'cell')} of ${cells.length} may still allow it`
      : `the last cell stopped allowing it ${formatDuration(windowMs)} later, at ${exactly(closedAt, page)}`;
  const rows = cells.map(({ cell, state, enforcedAt, latencyMs, unknownSince }) => [
    cell,
    enforcedAt === null ? unknownWords(state, unknownSince, page) : exactly(enforcedAt, page),
    latencyMs === null ? '-' : formatDuration(latencyMs),
  ]);
  return `${head}; ${end}\n${renderTable(COLUMNS, rows, page)}`;
}

function takenAway({ what, removed }: Pick<Exposure, 'what' | 'removed'>): string {
  if (what === 'security-groups') return `changed or removed ${count(removed, 'security group')}`;
  return `removed ${removed} ${removed === 1 ? 'policy' : 'policies'}`;
}

function unknownWords(state: string, since: string | null, page: Page) {
  if (state === 'waiting') return { text: 'not yet', tone: 'uncertain' } as const;
  const when = since === null ? '' : ` since ${exactly(since, page)}`;
  return { text: `unknown${when}`, tone: 'bad' } as const;
}

function exactly(time: string, page: Page): string {
  return formatTime(time, page, { withMs: true });
}
