import type { LeaseDocument } from '@heddle/calc';
import type { DocumentKey } from '@heddle/domain';

/** What has become known and was not yet put in force. */
export interface News {
  /** The changes that concern the cell, ascending. */
  readonly changes: readonly number[];
  /** When those were committed of which that is known: epoch milliseconds, by the sequence of the change. */
  readonly committedAtMs: ReadonlyMap<number, number>;
  /** The documents, each with the change it was made after. */
  readonly documents: readonly { readonly key: DocumentKey; readonly rev: number }[];
  /** Every document of a lease is as new as this change, if that is to be said. */
  readonly leasesUpTo?: number;
  /** The addresses that containers have left. */
  readonly departed: readonly string[];
}

/**
 * Of more documents of leases than these a receipt names none, as when a cell joins thousands; it says up to where it has all of them
 * as soon as it knows that.
 */
const MOST_LEASES_NAMED = 64;

/**
 * Of so many changes at most a receipt says that they concern the cell, the newest ones. That is for those of which the control
 * plane did not know it; what is in force it learns from the documents, which are as many as the apps here.
 */
const MOST_CHANGES_NAMED = 10_000;

/** What the next receipt is to say: what has come since the kernel was last made to match. */
export class UntoldNews {
  /** The changes that came, with when they were committed. */
  private arrived = new Map<number, number | undefined>();
  private readonly fresh = new Map<DocumentKey, number>();
  private readonly departed = new Set<string>();
  /** Whether there are documents of leases that no receipt has named. */
  private hasUnnamedLeases = false;
  private leasesUpTo: number | undefined;

  documentCame(key: DocumentKey, rev: number): void {
    this.fresh.set(key, rev);
  }

  changeCame(rev: number, committedAtMs?: number): void {
    this.arrived.set(rev, committedAtMs);
    if (this.arrived.size > 2 * MOST_CHANGES_NAMED)
      this.arrived = new Map([...this.arrived].slice(-MOST_CHANGES_NAMED));
  }

  addressLeft(address: string): void {
    this.departed.add(address);
  }

  forgotten(key: DocumentKey): void {
    this.fresh.delete(key);
  }

  /**
   * All documents of leases are known to be here as new as a change. Where some were not named, the next receipt says so of all.
   * @returns whether there is something to say.
   */
  leasesVerified(leases: Iterable<LeaseDocument>, upTo: number): boolean {
    if (!this.hasUnnamedLeases) return false;
    this.hasUnnamedLeases = false;
    for (const { cell, rev } of leases) {
      if (rev <= upTo) this.leasesUpTo = Math.max(rev, this.leasesUpTo ?? 0);
      else this.fresh.set(`lease:${cell}`, rev);
    }
    return true;
  }

  /** What has come since the last call. */
  take(): News {
    const { documents, unnamed } = this.takeFresh();
    const arrived = [...this.arrived].filter(([rev]) => !unnamed.has(rev));
    const changes = arrived
      .map(([rev]) => rev)
      .sort((a, b) => a - b)
      .slice(-MOST_CHANGES_NAMED);
    const committedAtMs = new Map(
      arrived.flatMap(([rev, at]): [number, number][] => (at === undefined ? [] : [[rev, at]])),
    );
    this.arrived = new Map();
    const departed = [...this.departed];
    this.departed.clear();
    const { leasesUpTo } = this;
    this.leasesUpTo = undefined;
    return { changes, committedAtMs, documents, departed, ...(leasesUpTo !== undefined && { leasesUpTo }) };
  }

  /**
   * Puts back news that could not be put in force; what came meanwhile is newer, and what left meanwhile is none.
   * @param holds whether a document still matters here
   */
  putBack(
    { changes, committedAtMs, documents, departed, leasesUpTo }: News,
    holds: (key: DocumentKey) => boolean,
  ): void {
    this.leasesUpTo ??= leasesUpTo;
    const before = changes.map((rev) => [rev, committedAtMs.get(rev)] as const);
    this.arrived = new Map([...before, ...this.arrived].slice(-MOST_CHANGES_NAMED));
    for (const address of departed) this.departed.add(address);
    for (const { key, rev } of documents) {
      if (holds(key) && !this.fresh.has(key)) this.fresh.set(key, rev);
    }
  }

  /** Once there were too many leases to name, those that come later are not named either until all are told of. */
  private takeFresh(): { documents: News['documents']; unnamed: ReadonlySet<number> } {
    const all = [...this.fresh].map(([key, rev]) => ({ key, rev }));
    this.fresh.clear();
    const leases = all.filter(({ key }) => key.startsWith('lease:'));
    this.hasUnnamedLeases ||= leases.length > MOST_LEASES_NAMED;
    if (!this.hasUnnamedLeases) return { documents: all, unnamed: new Set() };
    return {
      documents: all.filter(({ key }) => !key.startsWith('lease:')),
      unnamed: new Set(leases.map(({ rev }) => rev)),
    };
  }
}
