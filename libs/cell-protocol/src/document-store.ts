import { setTimeout as delay } from 'node:timers/promises';
import { AcknowledgedPublisher, BackgroundWork, PublicationRefused, type Publication } from '@heddle/platform';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import { DirectReader, type StoredMessage } from './direct-read';
import { jsonOf } from './json-of';
import { shardSetIn, storedFormOf, subjectsOf, type ShardSet, type StoredForm } from './shards';
import { StreamEnd } from './stream-end';
import { STATE_STREAM } from './streams';

/** A document, ready to be stored. */
export interface Document {
  readonly subject: string;
  readonly rev: number;
  readonly bytes: Uint8Array;
}

const PUBLISH_TIMEOUT_MS = 500;
/** What a slow line carries at least; large messages are given so much more time. */
const BYTES_PER_MS = 1_000;
const RETRY_PAUSE_MS = 100;
const WRONG_LAST_SEQUENCE = 10071;
/** What every server takes that was not told otherwise, until the connection says what this one does. */
const USUAL_MAX_PAYLOAD_BYTES = 1024 * 1024;

/** The newest message of a subject: where it stands in the stream, its revision, and the shards it names. */
interface Newest {
  readonly sequence: number;
  readonly rev: number;
  readonly set: ShardSet | null;
}

const NOTHING: Newest = { sequence: 0, rev: 0, set: null };

/**
 * The newest document of each subject, in the state stream. A subject is written by compare-and-set and only with a higher revision.
 *
 * Of a document that is too large for one message the shards come first, under the digest of their text, then the message that
 * names them, then those of the one before are removed. So whoever reads, and wherever a writer dies, finds one document or the
 * other, whole; what a killed writer leaves over takes up room and nothing else.
 */
export class DocumentStore {
  /** How far the stream has come, as this process was told. */
  readonly end = new StreamEnd();
  /** Per subject, as far as this process knows. */
  private readonly newest = new Map<string, Newest>();
  private readonly publisher: AcknowledgedPublisher;
  private readonly reader: DirectReader;
  private readonly surplus = new Set<string>();
  private readonly removing = new BackgroundWork(() => this.removeSurplus());

  /** @param signal ends all that is tried again. */
  constructor(
    private readonly connection: NatsConnection,
    private readonly signal: AbortSignal,
  ) {
    this.publisher = new AcknowledgedPublisher(connection);
    this.reader = new DirectReader(connection, STATE_STREAM);
  }

  /** The revision of the newest document of a subject, 0 for none. */
  async revisionOf(subject: string): Promise<number> {
    return newestIn(await this.reader.newest(subject)).rev;
  }

  /**
   * Resolves when each document, or a newer one, is stored, or the signal says stop. What the server does not take, since it is
   * away, is tried again together after a while: nothing else can be done, and no change is acknowledged meanwhile.
   */
  async store(documents: readonly Document[]): Promise<void> {
    for (let left = documents; left.length > 0 && !this.signal.aborted;) {
      const tried = await Promise.allSettled(left.map((document) => this.tryToStore(document)));
      left = left.filter((_, i) => tried[i]?.status === 'rejected');
      if (left.length > 0) await delay(RETRY_PAUSE_MS, undefined, { signal: this.signal }).catch(() => {});
    }
  }

  /**
   * Resolves when the document is stored in the place of whatever somebody else may have put there, or removed, or the signal says
   * stop.
   * @param isPossible whether a document can have this higher revision; one that can is newer, and stays.
   */
  async restore(document: Document, isPossible: (rev: number) => boolean, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await this.tryToRestore(document, isPossible);
      } catch {
        await delay(RETRY_PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Stores the document unless a newer one is there. @throws {Error} when the server does not answer. */
  async tryToStore(document: Document): Promise<void> {
    const { subject, rev } = document;
    const form = this.formOf(document);
    let known = this.newest.get(subject) ?? NOTHING;
    // Without this, what another writer wrote would be taken for the place behind which an older document belongs.
    if (known.rev < rev && form.shards.length > 0) await this.putShards(form);
    while (known.rev < rev) {
      const sequence = await this.putHead(subject, form, known.sequence);
      if (sequence !== undefined) {
        this.newest.set(subject, { sequence, rev, set: form.set });
        return this.letGo(subject, known.set, form.set);
      }
      known = newestIn(await this.reader.newest(subject));
      this.newest.set(subject, known);
      this.end.holds(known.sequence);
    }
    this.letGo(subject, form.set, known.set);
  }

  /** Ends with what is under way; what is to be removed then is left over. */
  async close(): Promise<void> {
    await this.removing.settled();
    this.publisher.close();
  }

  private formOf({ subject, rev, bytes }: Document): StoredForm {
    return storedFormOf(subject, rev, bytes, this.connection.info?.max_payload ?? USUAL_MAX_PAYLOAD_BYTES);
  }

  /** Asks first: what this process knows may be true no more. */
  private async tryToRestore(document: Document, isPossible: (rev: number) => boolean): Promise<void> {
    const { subject, rev } = document;
    const form = this.formOf(document);
    for (let sequence: number | undefined; sequence === undefined;) {
      const stored = await this.reader.newest(subject);
      const known = newestIn(stored);
      this.newest.set(subject, known);
      if (known.rev > rev && isPossible(known.rev)) return;
      await this.putShards(form);
      if (stored && Buffer.from(form.head).equals(stored.data)) return;
      sequence = await this.putHead(subject, form, known.sequence);
      if (sequence === undefined) continue;
      this.newest.set(subject, { sequence, rev, set: form.set });
      this.letGo(subject, known.set, form.set);
    }
  }

  /** One after the other, so that documents behind this one do not wait for all of it. */
  private async putShards({ shards }: StoredForm): Promise<void> {
    for (const shard of shards) await this.send(shard);
  }

  /** @returns the sequence; `undefined` when the newest message is another than the one at `behindSequence`. */
  private async putHead(subject: string, { head }: StoredForm, behindSequence: number): Promise<number | undefined> {
    try {
      return await this.send({ subject, data: head, behindSequence });
    } catch (error) {
      if (error instanceof PublicationRefused && error.errorCode === WRONG_LAST_SEQUENCE) return undefined;
      throw error;
    }
  }

  private async send(publication: Publication): Promise<number> {
    const behind = this.end.sequence;
    const sequence = await this.publisher.publish(publication, timeoutFor(publication.data));
    this.end.gave(sequence, behind);
    return sequence;
  }

  /** Removes shards that no message names any more, and none that is still to come can: its revision would be too low. */
  private letGo(subject: string, unnamed: ShardSet | null, named: ShardSet | null): void {
    if (!unnamed || unnamed.digest === named?.digest) return;
    for (const each of subjectsOf(subject, unnamed)) this.surplus.add(each);
    this.removing.wake();
  }

  private async removeSurplus(): Promise<void> {
    const { streams } = await this.connection.jetstreamManager({ checkAPI: false });
    for (const subject of this.surplus) {
      if (this.signal.aborted) return;
      try {
        await streams.purge(STATE_STREAM, { filter: subject });
        this.surplus.delete(subject);
      } catch {
        await delay(RETRY_PAUSE_MS, undefined, { signal: this.signal }).catch(() => {});
      }
    }
  }
}

function timeoutFor(data: Uint8Array): number {
  return PUBLISH_TIMEOUT_MS + data.length / BYTES_PER_MS;
}

const revised = z.object({ rev: z.int() });

/** A message without a revision is older than any document, so that the next one takes its place. */
function newestIn(message: StoredMessage | undefined): Newest {
  if (!message) return NOTHING;
  const value = jsonOf(message.data);
  return { sequence: message.seq, rev: revised.safeParse(value).data?.rev ?? 0, set: shardSetIn(value) };
}
