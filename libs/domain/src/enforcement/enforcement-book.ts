import { PersistentMap } from '../persistent-map';

/** A container where its cell says it is. */
export interface PlacedContainer {
  readonly handle: string;
  readonly app: string;
  readonly index: number;
  readonly address: string;
  readonly space: string | null;
  readonly org: string | null;
}

/** What a cell has said of itself. */
export interface CellFacts {
  readonly containers: readonly PlacedContainer[];
  /** The newest change it said it enforces, 0 before the first. */
  readonly enforcedUpTo: number;
  readonly lastReceiptAtMs: number | null;
  /** Changes that concern it and that it has not said it enforces, ascending. */
  readonly waitingFor: readonly number[];
}

/** On which cells a change must be in force, and since when it is. */
export interface ChangeEnforcement {
  readonly seq: number;
  readonly committedAtMs: number;
  /** Per cell concerned, when it said it enforces the change (its clock, epoch milliseconds); `null` before that. */
  readonly cells: ReadonlyMap<string, number | null>;
}

/** Where every change is in force: folded from changes and from what the cells report. */
export interface EnforcementBook {
  readonly cells: PersistentMap<CellFacts>;
  /** By sequence; the newest 10 000 of them. */
  readonly changes: PersistentMap<ChangeEnforcement>;
  /** Which cells hold containers of an app. */
  readonly hosts: PersistentMap<ReadonlySet<string>>;
}

/** A book of nothing. */
export const emptyEnforcementBook: EnforcementBook = {
  cells: PersistentMap.empty(),
  changes: PersistentMap.empty(),
  hosts: PersistentMap.empty(),
};

/** What is known of a cell, also of one that never said anything. */
export function cellFacts(book: EnforcementBook, cell: string): CellFacts {
  return book.cells.get(cell) ?? { containers: [], enforcedUpTo: 0, lastReceiptAtMs: null, waitingFor: [] };
}

/** Whether every cell concerned has said that it enforces the change. A change that concerns no cell is in force. */
export function isInForce({ cells }: ChangeEnforcement): boolean {
  return [...cells.values()].every((enforcedAt) => enforcedAt !== null);
}
