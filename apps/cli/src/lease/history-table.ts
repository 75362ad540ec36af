import { leaseEffectOf } from '../api/effect';
import type { Change, ChangePage } from '../api/schemas';
import type { Page } from '../output/page';
import { type Cell, type Column, type Line, renderTable } from '../output/table';
import { formatTime } from '../output/time';
import { incarnationOf } from './lease-table';

const COLUMNS: readonly Column[] = [
  { title: 'SEQ', align: 'right' },
  { title: 'TIME' },
  { title: 'BY', wraps: true },
  { title: 'WHAT', wraps: true },
  { title: 'SUBNET' },
  { title: 'CELL', wraps: true },
  { title: 'INCARNATION', align: 'right' },
];

/** A row for each change to a lease, and how to go on when there are more. */
export function historyTable({ changes, next }: ChangePage, page: Page): string {
  if (changes.length === 0) return 'no leases';
  const rows = changes.map((change): Cell[] => {
    const { what, because, lease } = leaseEffectOf(change);
    return [
      String(change.seq),
      formatTime(change.time, page),
      change.actor.name,
      [because === undefined ? what : `${what} (${because})`, ...why(change)],
      lease.overlaySubnet,
      lease.cell,
      incarnationOf(lease),
    ];
  });
  const table = renderTable(COLUMNS, rows, page);
  return next === null ? table : `${table}\nthere are older changes: add --before ${next}`;
}

function why({ reason }: Change): Line[] {
  return reason === undefined ? [] : [{ text: `“${reason}”`, tone: 'faint' }];
}
