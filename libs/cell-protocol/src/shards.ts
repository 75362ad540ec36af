/** Documents that are too large for one message. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Which shards make up a document: so many, under subjects that name its revision and the digest of its text. */
export interface ShardSet {
  readonly rev: number;
  /** SHA-256 of the whole text, in base64url. */
  readonly digest: string;
  readonly count: number;
}

/** One message of a document's set, the first being number 0. */
export interface Shard {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** A document as it is stored: the message on its own subject, and before it the shards that this one names, if any. */
export interface StoredForm {
  readonly head: Uint8Array;
  readonly shards: readonly Shard[];
  readonly set: ShardSet | null;
}

/** What a message carries besides its data: conditions, and what the server adds when it passes it on. */
const HEADER_ROOM_BYTES = 512;
const MOST_SHARDS = 10_000;

/** The message that stands in the place of a document that was cut. */
const shardedHead = z.object({
  rev: z.int().min(1),
  shards: z.int().min(1).max(MOST_SHARDS),
  digest: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/**
 * A document as it goes into the stream. Up to the limit it is one message, as it is.
 * @param bytes the whole text
 * @param maxPayloadBytes the largest message that the server takes, headers included
 */
export function storedFormOf(subject: string, rev: number, bytes: Uint8Array, maxPayloadBytes: number): StoredForm {
  const largest = Math.max(1, maxPayloadBytes - HEADER_ROOM_BYTES);
  if (bytes.length <= largest) return { head: bytes, shards: [], set: null };
  const set = { rev, digest: digestOf(bytes), count: Math.ceil(bytes.length / largest) };
  const shards = subjectsOf(subject, set).map((each, i) => ({
    subject: each,
    data: bytes.subarray(i * largest, (i + 1) * largest),
  }));
  const head = Buffer.from(JSON.stringify({ rev, shards: set.count, digest: set.digest }));
  return { head, shards, set };
}

/** The set that a message names when it stands for a document that was cut; `null` for any other. */
export function shardSetIn(message: unknown): ShardSet | null {
  if (typeof message !== 'object' || message === null || !('shards' in message)) return null;
  const { success, data } = shardedHead.safeParse(message);
  return success ? { rev: data.rev, digest: data.digest, count: data.shards } : null;
}

/** Where the shards of a set are, in order. Below the document's subject, so that who listens to that one is not woken by them. */
export function subjectsOf(subject: string, { rev, digest, count }: ShardSet): string[] {
  return Array.from({ length: count }, (_, i) => `${subject}.${rev}-${digest}.${i}`);
}

const SHARD_SUBJECT = /^(?<document>heddle\.state\.[^.]+\.[^.]+)\.(?<rev>\d+)-(?<digest>[A-Za-z0-9_-]{43})\.\d+$/;

/** Of which document a shard is, as its subject says; `null` for a subject of anything else. */
export function shardOf(subject: string): (Omit<ShardSet, 'count'> & { readonly document: string }) | null {
  const { document, rev, digest } = SHARD_SUBJECT.exec(subject)?.groups ?? {};
  if (document === undefined || digest === undefined) return null;
  return { document, rev: Number(rev), digest };
}

/** Whether these bytes are the document whose set this is. */
export function isWhole(bytes: Uint8Array, { digest }: ShardSet): boolean {
  return digestOf(bytes) === digest;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}
