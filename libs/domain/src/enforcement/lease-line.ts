import { PersistentMap } from '../persistent-map';

/** A change of a cell's lease: that cell is the only one it does not concern. */
export interface LeaseChange {
  readonly seq: number;
  readonly cell: string;
}

/**
 * Changes of leases in the order of the log, and how far the cells have followed them. Each concerns every cell that held a lease
 * when it was made: four thousand cells by four thousand changes, so what is kept is one place in this line for each cell.
 */
export interface LeaseLine {
  /** The changes that some cell has not come past, ascending. */
  readonly open: readonly LeaseChange[];
  /** The newest change of all, 0 before the first. */
  readonly newest: number;
  /** How many cells have come past a change and not past the next, by its sequence. */
  readonly standing: PersistentMap<number>;
  /** Every cell has come past this change. */
  readonly passed: number;
  /** Cells that have spoken of changes which are not in the line yet. */
  readonly early: ReadonlySet<string>;
}

/** A line of nothing. */
export const emptyLine: LeaseLine = {
  open: [],
  newest: 0,
  standing: PersistentMap.empty(),
  passed: 0,
  early: new Set(),
};

/** With one change more; not kept where every cell is past it already. */
export function withChange(line: LeaseLine, change: LeaseChange): LeaseLine {
  const open = change.seq > line.passed ? [...line.open, change] : line.open;
  return { ...line, open, newest: change.seq };
}

/** With a cell that stands behind a change. */
export function withCellAt({ standing, ...line }: LeaseLine, seq: number): LeaseLine {
  const passed = standing.size === 0 ? seq : Math.min(line.passed, seq);
  return { ...line, passed, standing: standing.set(String(seq), (standing.get(String(seq)) ?? 0) + 1) };
}

/** Without one of the cells that stood behind a change; who comes last may then be another. */
export function withoutCellAt({ standing, ...line }: LeaseLine, seq: number): LeaseLine {
  const left = (standing.get(String(seq)) ?? 1) - 1;
  return { ...line, standing: left > 0 ? standing.set(String(seq), left) : standing.delete(String(seq)) };
}

/** The line without the changes that every cell has come past, and those. */
export function settleLine(line: LeaseLine): { line: LeaseLine; passed: readonly LeaseChange[] } {
  const { open, newest, standing } = line;
  if (standing.has(String(line.passed))) return { line, passed: [] };
  let last = newest;
  for (const [seq] of standing.entries()) last = Math.min(last, Number(seq));
  const passed = open.slice(0, indexBehind(open, last));
  return { line: { ...line, passed: last, open: open.slice(passed.length) }, passed };
}

/** Where in a line the changes behind this one begin. */
export function indexBehind(open: readonly LeaseChange[], seq: number): number {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((open[middle]?.seq ?? Infinity) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first place from one on where this is so, else the end. */
export function indexWhere(open: readonly LeaseChange[], from: number, isSo: (change: LeaseChange) => boolean): number {
  let index = from;
  while (index < open.length && !isSo(open[index] as LeaseChange)) index++;
  return index;
}
