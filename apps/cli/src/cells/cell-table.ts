import type { Cell as CellOfApi, CellList } from '../api/schemas';
import type { Page } from '../output/page';
import { type Cell, type Column, renderTable } from '../output/table';
import { formatDuration } from '../output/time';

const COLUMNS: readonly Column[] = [
  { title: 'CELL', wraps: true },
  { title: 'STATE' },
  { title: 'ENFORCES' },
  { title: 'WAITS FOR' },
  { title: 'LEASE' },
  { title: 'CONTAINERS', wraps: true },
];
const NOTHING = '-';

/** A row for each cell. */
export function cellTable({ cells }: CellList, page: Page): string {
  if (cells.length === 0) return 'no cells';
  return renderTable(
    COLUMNS,
    cells.map((cell) => rowOf(cell, page)),
    page,
  );
}

function rowOf(cell: CellOfApi, { now }: Page): Cell[] {
  const { enforcedUpTo, lease, containers } = cell;
  return [
    cell.cell,
    stateOf(cell, now),
    `up to ${enforcedUpTo}`,
    waitsFor(cell),
    lease === null ? NOTHING : [lease.overlaySubnet, `at ${lease.underlayAddress}`],
    containers.length === 0 ? NOTHING : containers.map(({ app, index, address }) => `${app}/${index} ${address}`),
  ];
}

/** Of a live cell nobody asks when it was heard from: that was a moment ago. */
function stateOf({ state, lastSeenAt, alarms }: CellOfApi, now: Date): Cell {
  const wrong = alarms.map(({ code }) => ({ text: code, tone: 'bad' }) as const);
  if (state === 'live') return [{ text: state, tone: 'good' }, ...wrong];
  const since = lastSeenAt === null ? 'never heard' : `for ${formatDuration(now.getTime() - Date.parse(lastSeenAt))}`;
  return [{ text: state, tone: 'bad' }, { text: since, tone: 'bad' }, ...wrong];
}

function waitsFor({ waitingFor, lagMs }: CellOfApi): Cell {
  const [oldest, ...others] = waitingFor;
  if (oldest === undefined) return NOTHING;
  const changes = others.length > 0 ? `${oldest} and ${others.length} more` : String(oldest);
  return [
    { text: changes, tone: 'uncertain' },
    { text: lagMs === null ? '' : `for ${formatDuration(lagMs)}`, tone: 'uncertain' },
  ];
}
