import type { ChangeWithEnforcement, Enforcement } from '../api/schemas';
import { count, enumerate } from '../output/enumerate';
import type { Page } from '../output/page';
import type { Tone } from '../output/paint';
import { type Column, renderTable } from '../output/table';
import { formatDuration, formatTime } from '../output/time';
import { visible } from '../output/visible';

type Receipt = Enforcement['cells'][number];

const COLUMNS: readonly Column[] = [
  { title: 'CELL', wraps: true },
  { title: 'STATE' },
  { title: 'SINCE' },
  { title: 'AFTER', align: 'right' },
];
const STATES: Record<Receipt['state'], { words: string; tone: Tone }> = {
  enforced: { words: 'enforced', tone: 'good' },
  waiting: { words: 'waiting', tone: 'uncertain' },
  unknown: { words: 'not heard from', tone: 'bad' },
};
const NOTHING = '-';

/** Where a change is in force: a sentence, and under it a line for each cell concerned. */
export function enforcementText(change: ChangeWithEnforcement, page: Page): string {
  const { cells } = change.enforcement;
  const headline = enforcementHeadline(change);
  if (cells.length === 0) return headline;
  const rows = cells.map(({ cell, state, enforcedAt, latencyMs }) => [
    cell,
    { text: STATES[state].words, tone: STATES[state].tone },
    enforcedAt === null ? NOTHING : formatTime(enforcedAt, page, { withMs: true }),
    latencyMs === null ? NOTHING : formatDuration(latencyMs),
  ]);
  return `${headline}\n${renderTable(COLUMNS, rows, page)}`;
}

function enforcementHeadline({ seq, enforcement }: ChangeWithEnforcement): string {
  const { state, cells, cellsConcerned, cellsEnforcing, slowestMs, flowsCut } = enforcement;
  if (state === 'pending') return `change ${seq} is enforced by ${cellsEnforcing} of ${count(cellsConcerned, 'cell')}`;
  if (cellsConcerned === 0) return `change ${seq} is in force: it concerns no cell`;
  const cut = flowsCut > 0 ? `; it cut ${count(flowsCut, 'flow')}` : '';
  const inForce = `change ${seq} is in force on ${count(cellsConcerned, 'cell')}`;
  const slowest = cells.find(({ latencyMs }) => latencyMs !== null && latencyMs === slowestMs);
  if (!slowest || slowestMs === null) return `${inForce}${cut}`;
  return `${inForce}, on the slowest (${visible(slowest.cell)}) ${formatDuration(slowestMs)} after its commit${cut}`;
}

/** Who keeps a change from being in force after so many seconds; a sentence. */
export function missingCells({ seq, enforcement }: ChangeWithEnforcement, seconds: number): string {
  const missing = enforcement.cells
    .filter(({ state }) => state !== 'enforced')
    .map(({ cell, state }) => `${visible(cell)} (${STATES[state].words})`);
  return `change ${seq} is not in force after ${seconds} s: missing ${missing.length === 1 ? 'is' : 'are'} ${enumerate(missing)}; see: heddle cells`;
}
