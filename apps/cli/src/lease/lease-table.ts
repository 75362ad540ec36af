import type { PastLeases } from '../api/past-schemas';
import type { HeldLease, LeaseList, ListedLease } from '../api/schemas';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import { type Cell, type Column, renderTable } from '../output/table';
import { formatDuration } from '../output/time';

const COLUMNS: readonly Column[] = [
  { title: 'SUBNET' },
  { title: 'CELL', wraps: true },
  { title: 'INCARNATION', align: 'right' },
  { title: 'UNDERLAY' },
  { title: 'STATE', wraps: true },
];

/** A row for each lease, and for each subnet in quarantine. */
export function leaseTable({ leases }: LeaseList, page: Page): string {
  if (leases.length === 0) return 'no leases';
  const rows = leases.map((lease): Cell[] => [
    lease.overlaySubnet,
    lease.cell,
    incarnationOf(lease),
    lease.underlayAddress,
    stateOf(lease, page),
  ]);
  return renderTable(COLUMNS, rows, page);
}

const PAST_COLUMNS: readonly Column[] = [...COLUMNS.slice(0, -1), { title: 'SINCE', align: 'right' }];

/** A row for each lease that stood, with the change that gave it. */
export function pastLeaseTable({ asOf, leases }: PastLeases, page: Page): string {
  if (leases.length === 0) return `${asOfWords(asOf, page)}: no leases`;
  const rows = leases.map((lease): Cell[] => [
    ...[lease.overlaySubnet, lease.cell, incarnationOf(lease), lease.underlayAddress, String(lease.since)],
  ]);
  return `${asOfWords(asOf, page)}\n${renderTable(PAST_COLUMNS, rows, page)}`;
}

/** The number of an incarnation; a silk daemon has none. */
export function incarnationOf({ incarnationNumber }: Pick<HeldLease, 'incarnationNumber'>): string {
  return incarnationNumber === undefined ? '-' : String(incarnationNumber);
}

function stateOf({ state, silentForMs, ended }: ListedLease, { now }: Page): Cell {
  switch (state) {
    case 'live':
      return { text: state, tone: 'good' };
    case 'silent':
      return { text: `silent for ${formatDuration(silentForMs ?? 0)}`, tone: 'bad' };
    case 'quarantined': {
      const since = ended ? `, ${ended.how} ${formatDuration(now.getTime() - Date.parse(ended.at))} ago` : '';
      return { text: `quarantined${since}`, tone: 'uncertain' };
    }
  }
}
