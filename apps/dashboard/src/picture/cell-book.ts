import type { Cell, Placement, Receipt } from '../api/schemas';

/** The cells by name, in the order of their names. */
export type CellBook = ReadonlyMap<string, Cell>;

/** What the stream says about a cell. */
export type CellNews =
  | { readonly type: 'receipt-came'; readonly receipt: Receipt }
  | { readonly type: 'placed'; readonly placement: Placement };

export function cellBookOf(cells: readonly Cell[]): CellBook {
  const byName = [...cells].sort((a, b) => a.cell.localeCompare(b.cell, 'en', { numeric: true }));
  return new Map(byName.map((cell) => [cell.cell, cell]));
}

/** The cells after some news. A cell that is not in the book yet is added: it must be there, or it could not speak. */
export function cellBookAfter(book: CellBook, news: CellNews): CellBook {
  const name = news.type === 'placed' ? news.placement.cell : news.receipt.cell;
  const known = book.get(name);
  const cell = after(known ?? newcomer(name), news);
  return known ? new Map(book).set(name, cell) : cellBookOf([...book.values(), cell]);
}

function after(cell: Cell, news: CellNews): Cell {
  if (news.type === 'placed') return { ...cell, containers: news.placement.containers };
  const { enforcedUpTo, enforcedAt } = news.receipt;
  const waitingFor = cell.waitingFor.filter((seq) => seq > enforcedUpTo);
  return {
    ...cell,
    // Of the past it is not said who answers.
    state: cell.state === 'past' ? 'past' : 'live',
    lastSeenAt: cell.lastSeenAt && cell.lastSeenAt > enforcedAt ? cell.lastSeenAt : enforcedAt,
    enforcedUpTo: Math.max(cell.enforcedUpTo, enforcedUpTo),
    waitingFor,
    lagMs: waitingFor.length === 0 ? 0 : cell.lagMs,
  };
}

function newcomer(cell: string): Cell {
  return {
    cell,
    state: 'live',
    lastSeenAt: null,
    enforcedUpTo: 0,
    waitingFor: [],
    lagMs: 0,
    lease: null,
    containers: [],
  };
}
