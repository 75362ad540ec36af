import { backoff } from '@heddle/platform';
import type { NatsConnection } from 'nats';
import { DirectReader, type StoredMessage } from './direct-read';
import { jsonOf } from './json-of';
import { isWhole, shardSetIn, subjectsOf, type ShardSet } from './shards';
import { STATE_STREAM } from './streams';

/** A newer document takes the shards of an older one away, which who reads just then finds out between two of them. */
const TRIES = 5;
const PAUSE = { firstMs: 20, maxMs: 300 };

/** A document that was cut and is not all there, although nothing newer is either. */
export class IncompleteDocument extends Error {
  constructor(subject: string) {
    super(`${subject} was cut into several messages, and not all of them are there`);
    this.name = 'IncompleteDocument';
  }
}

/** Reads documents from the state stream, those that were cut as a whole. */
export class DocumentReader {
  private readonly reader: DirectReader;

  constructor(connection: NatsConnection) {
    this.reader = new DirectReader(connection, STATE_STREAM);
  }

  /**
   * The newest document of a subject, whole; `undefined` when there is none.
   * @throws {IncompleteDocument}
   */
  async newest(subject: string, signal: AbortSignal): Promise<StoredMessage | undefined> {
    const pause = backoff({ ...PAUSE, signal });
    for (let tried = 1; ; tried++) {
      const stored = await this.reader.newest(subject);
      if (!stored) return undefined;
      const set = shardSetIn(jsonOf(stored.data));
      if (!set) return stored;
      const data = await this.join(subject, set);
      if (data) return { ...stored, data };
      if (tried === TRIES) throw new IncompleteDocument(subject);
      await pause.wait();
    }
  }

  /** The newest document of every subject that matches, none of which is ever cut. */
  all(subjects: string): AsyncGenerator<StoredMessage> {
    return this.reader.all(subjects);
  }

  /** One after the other, so that not more than one waits on the line. */
  private async join(subject: string, set: ShardSet): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    for (const each of subjectsOf(subject, set)) {
      const shard = await this.reader.newest(each);
      if (!shard) return undefined;
      parts.push(shard.data);
    }
    const whole = Buffer.concat(parts);
    return isWhole(whole, set) ? whole : undefined;
  }
}
