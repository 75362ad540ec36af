import type { QueryClient } from '@tanstack/react-query';
import type { Enforcement } from '../api/schemas';
import type { Fact } from '../picture/facts';

/** Receipts of many cells come together; one read after them costs as much as after the first. */
const RECEIPTS_TOGETHER_MS = 60;

/** A cell that has not enforced a change after this time is worth being seen waiting. */
const LAG_SHOWS_AFTER_MS = 400;

/**
 * Has things read again when the stream says that they changed, where its events do not carry the exact answer:
 * the enforcement of a change (which cells it concerns, fractions of milliseconds) and the lag of cells.
 * Only what is on the screen is read.
 */
export class Rereader {
  private receipts = new Set<number>();
  private receiptTimer: ReturnType<typeof setTimeout> | null = null;
  private lagTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly queries: QueryClient) {}

  /** Takes note of a fact. */
  readonly hear = (fact: Fact): void => {
    switch (fact.type) {
      case 'receipt-came':
        for (const seq of fact.receipt.changes) this.receipts.add(seq);
        this.receiptTimer ??= setTimeout(() => this.rereadReceipts(), RECEIPTS_TOGETHER_MS);
        return;
      case 'changed':
        this.lagTimer ??= setTimeout(() => this.rereadCells(), LAG_SHOWS_AFTER_MS);
        return;
      case 'stream-opened':
        // Receipts may have come while nobody listened.
        void this.queries.invalidateQueries({
          queryKey: ['enforcement'],
          predicate: ({ state }) => (state.data as Enforcement | undefined)?.state !== 'in-force',
        });
        return;
      default:
        return;
    }
  };

  /** Forgets what was noted. */
  close(): void {
    for (const timer of [this.receiptTimer, this.lagTimer]) if (timer !== null) clearTimeout(timer);
    this.receiptTimer = this.lagTimer = null;
  }

  private rereadReceipts(): void {
    this.receiptTimer = null;
    for (const seq of this.receipts) void this.queries.invalidateQueries({ queryKey: ['enforcement', seq] });
    this.receipts = new Set();
  }

  private rereadCells(): void {
    this.lagTimer = null;
    void this.queries.invalidateQueries({ queryKey: ['cells'] });
  }
}
