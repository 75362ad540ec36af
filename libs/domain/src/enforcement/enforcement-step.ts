import type { ChangeEnforcement, EnforcementBook } from './enforcement-book';

/** That a cell came past some changes of leases at once: it enforces each of them, and every one before. */
export interface EnforcedStretch {
  readonly cell: string;
  /** The first and the last of them, by sequence; those of the cell's own lease are no part of it. */
  readonly first: number;
  readonly last: number;
  /** Since when: its clock, epoch milliseconds. */
  readonly atMs: number;
}

/** A book after something happened, and the changes whose enforcement is not what it was. */
export interface Step {
  readonly book: EnforcementBook;
  readonly touched: readonly ChangeEnforcement[];
  readonly stretches?: readonly EnforcedStretch[];
}
