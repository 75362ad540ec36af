import type { ChangeEnforcement } from './enforcement-book';

/** What a cell had said of a change by some time. */
export interface CellAt {
  readonly cell: string;
  /** `later`: it said so afterwards; `unsaid`: it has not said so yet. */
  readonly said: 'enforced' | 'later' | 'unsaid';
  /** Since when it enforces it, by its own clock; `null` where it has not said so. Epoch milliseconds. */
  readonly atMs: number | null;
  /** Whether it was told of the change, or had it from the beginning, with a container that came after it. */
  readonly by: 'change' | 'start';
}

/**
 * Where a change was in force at a time, by cell name ascending.
 * @param started the cells with a container that it is about, and since when; one that the change did not concern has it from then on,
 * since no container is handed out before its rules are in
 */
export function inForceAt(
  { committedAtMs, cells }: ChangeEnforcement,
  started: ReadonlyMap<string, number>,
  ms: number,
): CellAt[] {
  const told = [...cells].map(([cell, atMs]): CellAt => {
    const said = atMs === null ? 'unsaid' : atMs <= ms ? 'enforced' : 'later';
    return { cell, said, atMs, by: 'change' };
  });
  const came = [...started].flatMap(([cell, sinceMs]): CellAt[] => {
    if (cells.has(cell)) return [];
    return [{ cell, said: 'enforced', atMs: Math.max(sinceMs, committedAtMs), by: 'start' }];
  });
  return [...told, ...came].sort((a, b) => (a.cell < b.cell ? -1 : 1));
}
