import type { PastApi } from '../api/past-api';
import type { Placements } from '../api/past-schemas';
import { count, enumerate } from '../output/enumerate';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { formatTime } from '../output/time';
import { visible } from '../output/visible';

/** All containers of a moment, as one answer. */
export async function pastPlacements(past: Pick<PastApi, 'listPlacements'>, at: string): Promise<Placements> {
  const first = await past.listPlacements({ at });
  const placements = [...first.placements];
  // Cells say where containers are by the clock, so the first page's time is the moment of all.
  for (let after = first.next; after !== null;) {
    const page = await past.listPlacements({ at: first.at, after });
    placements.push(...page.placements);
    after = page.next;
  }
  return { ...first, placements, next: null };
}

const COLUMNS: readonly Column[] = [
  { title: 'CELL', wraps: true },
  { title: 'CONTAINER', wraps: true },
  { title: 'APP', wraps: true },
  { title: 'ADDRESS' },
  { title: 'SINCE' },
  { title: 'UNTIL' },
];

/** A line for each container, by cell, and who had not said what it holds. */
export function placementTable({ at, placements, unheard }: Placements, page: Page): string {
  const head = `as of ${formatTime(at, page, { withMs: true })}`;
  const ordered = placements.toSorted((a, b) => (a.cell < b.cell ? -1 : a.cell > b.cell ? 1 : 0));
  const rows = ordered.map(({ cell, handle, app, index, address, since, until }) => [
    ...[cell, handle, app === null ? '-' : `${app}${index === null ? '' : `/${index}`}`, address],
    ...[formatTime(since, page), until === null ? '-' : formatTime(until, page)],
  ]);
  const table = rows.length === 0 ? `${head}: no containers` : `${head}\n${renderTable(COLUMNS, rows, page)}`;
  if (unheard.count === 0) return table;
  const more = unheard.count - unheard.cells.length;
  const names = enumerate([...unheard.cells.map(visible), ...(more > 0 ? [`${more} more`] : [])]);
  return `${table}\n${count(unheard.count, 'cell')} with a lease had not said what it holds: ${names}`;
}
