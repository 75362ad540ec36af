import type { Change, ChangePage } from '../api/schemas';
import type { Page } from '../output/page';
import { type Cell, type Column, type Line, renderTable } from '../output/table';
import { formatTime, isTime } from '../output/time';
import { effectLines } from './effect-lines';
import { listEntry } from './list-entry';

/** A batch can hold any number of policies; a list shows its beginning. */
const LINES_PER_CHANGE = 5;

const COLUMNS: readonly Column[] = [
  { title: 'SEQ', align: 'right' },
  { title: 'TIME' },
  { title: 'BY', wraps: true },
  { title: 'CHANGE', wraps: true },
];

/** A row for each change, and how to go on when there are more. */
export function changeTable({ changes, next }: ChangePage, page: Page): string {
  if (changes.length === 0) return next === null ? 'no changes' : `no changes from ${next} on: add --before ${next}`;
  const rows = changes.map((change): Cell[] => [
    String(change.seq),
    formatTime(change.time, page),
    change.actor.name,
    whatAndWhy(change),
  ]);
  const table = renderTable(COLUMNS, rows, page);
  return next === null ? table : `${table}\nthere are older changes: add --before ${next}`;
}

/** One change for a list that grows: see {@link listEntry}. */
export function changeEntry(change: Change, page: Page): string {
  return listEntry(change, whatAndWhy(change), page);
}

function whatAndWhy(change: Change): Line[] {
  const why: Line[] = change.reason === undefined ? [] : [{ text: `“${change.reason}”`, tone: 'faint' }];
  // The list tells what stands in the log; a control plane lets nothing follow from an event without a time.
  const altered: Line[] = isTime(change.time)
    ? []
    : [{ text: 'not to be trusted: the event was altered, and nothing follows from it (heddle audit)', tone: 'bad' }];
  return [...altered, ...effectLines(change, LINES_PER_CHANGE), ...why];
}
