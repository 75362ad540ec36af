import { asOnePage } from '../api/every-page';
import type { PastApi, PastPolicyFilter } from '../api/past-api';
import type { PastPolicies } from '../api/past-schemas';
import { formatPorts } from '../arguments/ports';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { formatTime } from '../output/time';

/** All policies that stood at a moment, as one answer. */
export async function pastPolicies(
  past: Pick<PastApi, 'listPastPolicies'>,
  filter: PastPolicyFilter,
  at: string | undefined,
): Promise<PastPolicies> {
  return asOnePage('policies', (part) => past.listPastPolicies(filter, part), at);
}

const COLUMNS: readonly Column[] = [
  { title: 'SOURCE', wraps: true },
  { title: 'DESTINATION', wraps: true },
  { title: 'PROTOCOL' },
  { title: 'PORTS' },
  { title: 'SINCE', align: 'right' },
  { title: 'UNTIL', align: 'right' },
];

/** A line for each policy, with the changes that added it and, later, removed it, and its end where any has one. */
export function pastPolicyTable({ asOf, policies }: PastPolicies, page: Page): string {
  if (policies.length === 0) return `${asOfWords(asOf, page)}: no policies`;
  const areExpiring = policies.some(({ expires }) => expires !== undefined);
  const rows = policies.map(({ source, destination, protocol, since, until, expires, ...ports }) => [
    ...[source, destination, protocol, formatPorts(ports), String(since), until === null ? '-' : String(until)],
    ...(areExpiring ? [expires === undefined ? '-' : formatTime(expires, page)] : []),
  ]);
  const columns = areExpiring ? [...COLUMNS, { title: 'EXPIRES' }] : COLUMNS;
  return `${asOfWords(asOf, page)}\n${renderTable(columns, rows, page)}`;
}
