import type { ReachDelta } from '../api/change-schemas';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { portsWords } from '../reach/ports-words';

const COLUMNS: readonly Column[] = [
  { title: '' },
  { title: 'SOURCE', wraps: true },
  { title: 'DESTINATION', wraps: true },
  { title: 'PORTS', wraps: true },
];

/** What is opened and what is closed, a line for each pair of apps and direction. */
export function reachDeltaTable(reach: ReachDelta, page: Page): string {
  if (reach.length === 0) return 'nobody can reach more or less by it';
  const rows = reach.flatMap(({ source, destination, opens, closes }) => [
    ...(opens.length > 0 ? [['+', source, destination, portsWords(opens)]] : []),
    ...(closes.length > 0 ? [['-', source, destination, portsWords(closes)]] : []),
  ]);
  return renderTable(COLUMNS, rows, page);
}
