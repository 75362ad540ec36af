import type { LabContainer } from '@heddle/lab';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';

const COLUMNS: readonly Column[] = [
  { title: 'CONTAINER', wraps: true },
  { title: 'CELL' },
  { title: 'ADDRESS' },
  { title: 'NAMESPACE' },
  { title: 'PROCESSES' },
  { title: 'OUTPUT', wraps: true },
];

/** A row for each container. */
export function containerTable(containers: readonly LabContainer[], page: Page): string {
  if (containers.length === 0) return 'no containers';
  const rows = containers.map(({ app, index, cell, address, namespace, processes, log }) => [
    `${app}/${index}`,
    cell,
    address,
    namespace,
    processes.join(' ') || '-',
    log,
  ]);
  return renderTable(COLUMNS, rows, page);
}
