import type { Drift, DriftList } from '../api/schemas';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { formatTime } from '../output/time';

const COLUMNS: readonly Column[] = [
  { title: 'FOUND' },
  { title: 'CELL', wraps: true },
  { title: 'SOMEBODY ELSE HAD', wraps: true },
];

/** A row for each time that others had changed the rules of a cell. */
export function driftTable({ drift }: DriftList, page: Page): string {
  if (drift.length === 0) return 'nobody else has changed the rules of a cell';
  const rows = drift.map((each) => [formatTime(each.foundAt, page), each.cell, whatWasDone(each)]);
  return renderTable(COLUMNS, rows, page);
}

function whatWasDone({ elementsMissing, elementsForeign, rulesChanged }: Drift): string {
  const done = [
    ...(elementsMissing > 0 ? [`removed ${elementsMissing}`] : []),
    ...(elementsForeign > 0 ? [`added ${elementsForeign}`] : []),
    ...(rulesChanged ? ['changed the rules themselves'] : []),
  ];
  return done.join(', ');
}
