import { createHash } from 'node:crypto';
import { z } from 'zod';
import { stateSubject } from './subjects';

/** How often a control plane says what it published. */
export const STATE_BEAT_MS = 1_000;
/** Each beat reaches back so many beats, so that one may lose as many less one. */
const BEATS_BACK = 2;
/** A beat goes to every cell; more documents than these are not named, and cells read all of theirs. */
const MOST_NAMED = 1_000;

const LEASES = stateSubject.everyLease.slice(0, -1);
/** Six bytes in base64url. */
const DIGEST_LENGTH = 8;
const DIGESTS = /^([A-Za-z0-9_-]{8})*$/;

/**
 * A short name for the subject of a document: a beat goes to cells which watch few of the documents it names. Two subjects with one
 * digest cost a reading in vain.
 */
export function digestOf(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url').slice(0, DIGEST_LENGTH);
}

const position = z.int().min(0);

/** What a cell accepts as a beat. */
export const stateBeat = z
  .object({
    /** Which log and which stream of documents; another one means that nothing held counts. */
    epoch: z.string().min(1).max(256),
    from: position,
    upTo: position,
    /** Every cell watches every lease, and has to be told the subject of one that it never heard of. */
    leases: z.array(z.tuple([z.string(), position])).readonly(),
    /** Of all other documents, one after the other; without anything between them. */
    digests: z.string().regex(DIGESTS),
    /** Of each of those, as so many changes behind `from`. */
    revisions: z.array(position).readonly(),
  })
  .refine(
    ({ digests, revisions }) => digests.length === revisions.length * DIGEST_LENGTH,
    'each digest needs a revision',
  );

/**
 * "All documents of changes up to `upTo` are published, and these are the ones of changes behind `from`": each with the revision it
 * has at least.
 */
export type StateBeat = z.output<typeof stateBeat>;

/** Every document that a beat names by its digest, with its revision. */
export function* digestsIn({ from, digests, revisions }: StateBeat): Generator<[digest: string, rev: number]> {
  for (const [i, behind] of revisions.entries())
    yield [digests.slice(i * DIGEST_LENGTH, (i + 1) * DIGEST_LENGTH), from + behind];
}

/** Which documents were published of late, from beat to beat. */
export class RecentDocuments {
  private readonly revisions = new Map<string, number>();
  /** Up to where all was published at the last beats, the oldest first. */
  private readonly upTos: number[] = [];

  /** A document of this subject is stored, with this revision or a newer one. */
  stored(subject: string, rev: number): void {
    this.revisions.set(subject, rev);
  }

  /** The next beat. @param upTo the change up to which every document is stored, and was noted here since the first beat. */
  beat(epoch: string, upTo: number): StateBeat {
    this.upTos.push(upTo);
    if (this.upTos.length > BEATS_BACK + 1) this.upTos.shift();
    const from = this.upTos[0] ?? upTo;
    for (const [subject, rev] of this.revisions) if (rev <= from) this.revisions.delete(subject);
    if (this.revisions.size > MOST_NAMED) return { epoch, from: upTo, upTo, leases: [], digests: '', revisions: [] };
    const leases = [...this.revisions].filter(([subject]) => subject.startsWith(LEASES));
    const others = [...this.revisions].filter(([subject]) => !subject.startsWith(LEASES));
    return {
      ...{ epoch, from, upTo, leases },
      digests: others.map(([subject]) => digestOf(subject)).join(''),
      revisions: others.map(([, rev]) => rev - from),
    };
  }
}
