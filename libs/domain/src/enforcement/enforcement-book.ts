import { PersistentMap } from '../persistent-map';
import type { DocumentKey } from './document-key';
import { emptyLine, type LeaseLine } from './lease-line';

/** Older changes are forgotten here, whether in force or not; what was known of them stays where it was saved. */
export const CHANGES_KEPT = 10_000;

/** A container where its cell says it is. */
export interface PlacedContainer {
  readonly handle: string;
  readonly app: string;
  readonly index: number;
  readonly address: string;
  readonly space: string | null;
  readonly org: string | null;
}

/** A document in the kernel of a cell. */
export interface EnforcedDocument {
  /** The change the document was made after. */
  readonly rev: number;
  /** When the cell had it in its kernel: its clock, epoch milliseconds. */
  readonly atMs: number;
}

/** What a cell has said of itself. */
export interface CellFacts {
  readonly containers: readonly PlacedContainer[];
  /** The newest change it said it enforces, 0 before the first. */
  readonly enforcedUpTo: number;
  readonly lastReceiptAtMs: number | null;
  /** Whether its receipts name documents of spaces; those of earlier versions never do. */
  readonly namesSpaces: boolean;
  /** The documents of apps and spaces it said it enforces, by {@link DocumentKey}. */
  readonly documents: PersistentMap<EnforcedDocument>;
  /** Changes that concern it by name, ascending, with the documents it has not said it enforces as new as that. */
  readonly waitingFor: ReadonlyMap<number, ReadonlySet<DocumentKey>>;
  /** How far it has followed the leases of others; absent while it holds none itself. */
  readonly leases?: LeasesFollowed;
}

/** How far a cell has followed the changes of other cells' leases. */
export interface LeasesFollowed {
  /** It enforces every one up to this that was made since it got its own. */
  readonly upTo: number;
  /** What it said of later ones, by the cell whose lease it is, while one before them is missing. */
  readonly ahead: ReadonlyMap<string, EnforcedDocument>;
  /** That it enforces every one up to a later change, which is not in the line yet. */
  readonly all?: EnforcedDocument;
}

/** On which cells a change must be in force, and since when it is. */
export interface ChangeEnforcement {
  readonly seq: number;
  readonly committedAtMs: number;
  /** Per cell concerned, when it had everything of the change in its kernel (its clock, epoch milliseconds); `null` before that. */
  readonly cells: ReadonlyMap<string, number | null>;
  /**
   * Of a change of a lease, whose lease that is. It concerns every other cell that held one then, and {@link cells} has those only
   * which went on without it; how far the others have come they say themselves, see {@link concernedByLease}.
   */
  readonly lease?: {
    readonly cell: string;
    /** The newest change of a lease when the last of them came past this one; absent before that. */
    readonly passedBy?: number;
  };
  /**
   * Live flows that ended with it, of the cells where some did; `null` where there were too many to count. Of changes that a cell
   * put in force together, each has what ended with all of them.
   */
  readonly flowsCut?: ReadonlyMap<string, number | null>;
}

/** Where every change is in force: folded from changes and from what the cells report. */
export interface EnforcementBook {
  readonly cells: PersistentMap<CellFacts>;
  /** By sequence; the newest 10 000 of them. */
  readonly changes: PersistentMap<ChangeEnforcement>;
  /** Which cells hold containers that a document is about, by {@link DocumentKey}. */
  readonly hosts: PersistentMap<ReadonlySet<string>>;
  /** The changes of leases that not every cell has come past. */
  readonly leases: LeaseLine;
}

/** A book of nothing. */
export const emptyEnforcementBook: EnforcementBook = {
  cells: PersistentMap.empty(),
  changes: PersistentMap.empty(),
  hosts: PersistentMap.empty(),
  leases: emptyLine,
};

const UNKNOWN_CELL: CellFacts = {
  containers: [],
  namesSpaces: false,
  enforcedUpTo: 0,
  lastReceiptAtMs: null,
  documents: PersistentMap.empty(),
  waitingFor: new Map(),
};

/** What is known of a cell, also of one that never said anything. */
export function cellFacts(book: EnforcementBook, cell: string): CellFacts {
  return book.cells.get(cell) ?? UNKNOWN_CELL;
}

/** Whether every cell concerned has said that it enforces the change. A change that concerns no cell is in force. */
export function isInForce({ cells, lease }: ChangeEnforcement): boolean {
  const isPassed = !lease || lease.passedBy !== undefined;
  return isPassed && [...cells.values()].every((enforcedAt) => enforcedAt !== null);
}

/** The book with a change as it was kept; what it waits for is not in there. */
export function withChangeKept(book: EnforcementBook, change: ChangeEnforcement): EnforcementBook {
  return { ...book, changes: withChanges(book, [change]) };
}

/** The changes of a book with some of them as they are now. */
export function withChanges(
  { changes }: EnforcementBook,
  touched: readonly ChangeEnforcement[],
): PersistentMap<ChangeEnforcement> {
  return touched.reduce((held, change) => held.set(String(change.seq), change), changes);
}
