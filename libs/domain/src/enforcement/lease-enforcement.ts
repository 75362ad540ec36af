import { cellFacts, type ChangeEnforcement, type EnforcementBook } from './enforcement-book';
import type { EnforcedStretch } from './enforcement-step';
import { indexBehind } from './lease-line';

/**
 * A change of a lease with every cell that it concerns: those that came past it, those that have not come so far, and those that
 * went on without it.
 * @param stretches of cells that came past it
 */
export function concernedByLease(
  book: EnforcementBook,
  { lease, ...change }: ChangeEnforcement,
  stretches: Iterable<EnforcedStretch>,
): ChangeEnforcement {
  const cells = new Map<string, number | null>();
  for (const { cell, first, last, atMs } of stretches) {
    if (cell === lease?.cell || change.seq < first || last < change.seq) continue;
    cells.set(cell, Math.min(atMs, cells.get(cell) ?? Infinity));
  }
  for (const [cell, { leases }] of book.cells.entries())
    if (leases && leases.upTo < change.seq && cell !== lease?.cell) cells.set(cell, null);
  for (const [cell, enforcedAt] of change.cells) cells.set(cell, enforcedAt);
  return { ...change, cells };
}

/** The changes that concern a cell and that it has not said it enforces, ascending. @param most the oldest so many */
export function changesMissingOn(book: EnforcementBook, cell: string, most: number): number[] {
  const { waitingFor, leases } = cellFacts(book, cell);
  const { open } = book.leases;
  const behind = leases ? open.slice(indexBehind(open, leases.upTo)) : [];
  const missing = behind.filter(({ seq, cell: of }) => of !== cell && (leases?.ahead.get(of)?.rev ?? 0) < seq);
  const all = [...waitingFor.keys(), ...missing.slice(0, most).map(({ seq }) => seq)];
  return all.sort((a, b) => a - b).slice(0, most);
}
