import { z } from 'zod';

/** How often a control plane says what it published. */
export const STATE_BEAT_MS = 1_000;
/** Each beat reaches back so many beats, so that one may lose as many less one. */
const BEATS_BACK = 4;
/** A beat goes to every cell; more documents than these are not named, and cells read all of theirs. */
const MOST_NAMED = 1_000;

const position = z.int().min(0);

/** What a cell accepts as a beat. */
export const stateBeat = z.object({
  /** Which log and which stream of documents; another one means that nothing held counts. */
  epoch: z.string().min(1).max(256),
  from: position,
  upTo: position,
  documents: z.array(z.tuple([z.string(), position])).readonly(),
});

/**
 * "All documents of changes up to `upTo` are published, and these are the ones of changes behind `from`": each with the revision it
 * has at least.
 */
export type StateBeat = z.output<typeof stateBeat>;

/** Which documents were published of late, from beat to beat. */
export class RecentDocuments {
  private readonly revisions = new Map<string, number>();
  /** Up to where all was published at the last beats, the oldest first. */
  private readonly marks: number[] = [];

  /** A document of this subject is stored, with this revision or a newer one. */
  stored(subject: string, rev: number): void {
    this.revisions.set(subject, rev);
  }

  /** The next beat. @param upTo the change up to which every document is stored, and was noted here since the first beat. */
  beat(epoch: string, upTo: number): StateBeat {
    this.marks.push(upTo);
    if (this.marks.length > BEATS_BACK + 1) this.marks.shift();
    const from = this.marks[0] ?? upTo;
    for (const [subject, rev] of this.revisions) if (rev <= from) this.revisions.delete(subject);
    if (this.revisions.size > MOST_NAMED) return { epoch, from: upTo, upTo, documents: [] };
    return { epoch, from, upTo, documents: [...this.revisions] };
  }
}
