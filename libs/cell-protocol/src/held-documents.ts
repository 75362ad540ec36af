import type { HeldRevisions } from './judge-beat';
import { digestOf } from './state-beat';
import { stateSubject } from './subjects';

/** The document of a subject that was given last. */
interface Held {
  readonly rev: number;
  /** Its place in the stream; 0 where it came without one. */
  readonly seq: number;
}

const NOTHING: Held = { rev: 0, seq: 0 };
const LEASES = stateSubject.everyLease.slice(0, -1);

/** Which documents a cell watches, and which of each it was given last. */
export class HeldDocuments implements HeldRevisions {
  private readonly held = new Map<string, Held>();
  private readonly watched = new Set<string>();
  private readonly byDigest = new Map<string, string>();
  private newestHeld = 0;

  /** @param subject of one document, or of every lease. */
  watch(subject: string): void {
    this.watched.add(subject);
    if (subject !== stateSubject.everyLease) this.byDigest.set(digestOf(subject), subject);
  }

  unwatch(subject: string): void {
    this.watched.delete(subject);
    this.byDigest.delete(digestOf(subject));
    this.held.delete(subject);
  }

  /** Notes a document. @returns whether it is newer than the one held. */
  take(subject: string, rev: number, seq: number): boolean {
    const held = this.held.get(subject) ?? NOTHING;
    // Of one revision there are two only where the stream was mended, and then the later one is right.
    if (rev < held.rev || (rev === held.rev && seq <= held.seq)) return false;
    this.held.set(subject, { rev, seq });
    this.newestHeld = Math.max(this.newestHeld, rev);
    return true;
  }

  /** From here on whatever is read is newer. */
  forget(): void {
    this.held.clear();
    this.newestHeld = 0;
  }

  isWatched(subject: string): boolean {
    return this.watched.has(subject.startsWith(LEASES) ? stateSubject.everyLease : subject);
  }

  get newest(): number {
    return this.newestHeld;
  }

  of(subject: string): number | undefined {
    return this.isWatched(subject) ? (this.held.get(subject) ?? NOTHING).rev : undefined;
  }

  subjectOf(digest: string): string | undefined {
    return this.byDigest.get(digest);
  }
}
