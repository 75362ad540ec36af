import type { ContentCoding } from './content-coding';

/** The kinds of facts; each is one subject of the log and one chain of hashes. */
export type Topic = 'policy' | 'lease' | 'group' | 'route' | 'audit';

/** Who did it, as the token said. */
export interface Actor {
  readonly name: string;
  readonly userId?: string;
  readonly clientId?: string;
}

/** A fact that wants to be appended. */
export interface EventDraft {
  /** Unique for ever; appending the same id again within the server's dedupe window appends nothing. */
  readonly id: string;
  readonly topic: Topic;
  /** What happened, with the version of its shape: `policies-changed.v1`. */
  readonly type: string;
  /** When the command was taken, ISO 8601 with zone. Informative: order is by sequence alone. */
  readonly time: string;
  readonly actor: Actor;
  /** Why, in the words of who did it. */
  readonly reason?: string;
  /** The network address it was asked from; absent when Heddle did it by itself, and in events older than this member. */
  readonly address?: string;
  /** What ties together everything done for one request. */
  readonly correlationId: string;
  readonly data: unknown;
}

/** A fact in the log. */
export interface LoggedEvent extends EventDraft {
  /** Its place in the log, from 1, without gaps; its name everywhere. */
  readonly seq: number;
  /** Hash of the event before it on the same topic ({@link GENESIS_HASH} for the first). */
  readonly previousHash: string;
  /** SHA-256 of the event's canonical JSON (without `seq` and `hash`), lower-case hex. */
  readonly hash: string;
}

/** A fact in the bytes in which it will stand in the log, without a place there yet. */
export interface SealedEvent {
  /** What everyone will read out of the bytes. */
  readonly event: Omit<LoggedEvent, 'seq'>;
  readonly bytes: Uint8Array;
  /** How the bytes are coded; without it they are the JSON. */
  readonly coding?: ContentCoding;
}

/**
 * Where a fact may be appended: behind the event with this sequence, if that is the last one of its topic (0 when the topic has
 * none); or behind the event with this id, if that is the last one of the whole log. The second is for one that is itself being
 * appended: nobody knows its sequence yet, and one that was guessed might turn out to be that of somebody else's event.
 */
export type Place = { readonly seq: number } | { readonly id: string };

/** Where a read begins and ends. */
export interface ReadRange {
  /** The sequence before the first one wanted; 0 for everything. */
  readonly after: number;
  /** The last sequence wanted; without it the read goes on with what is appended later. */
  readonly upTo?: number;
  /** Ends the read, without an error. */
  readonly signal?: AbortSignal;
  /** Events the reader has by other ways; they are passed over, and not even decoded. */
  readonly isKnown?: (seq: number) => boolean;
}

/** The append-only log of facts. */
export interface EventLog {
  /**
   * Appends one fact if its place is still free. Facts are sent in the order of the calls, without waiting for each other.
   * @throws {AppendConflict} when another fact came first. Nothing was appended.
   * @throws {EventTooLarge} when the log takes no fact of this size. Nothing was appended.
   * @throws {LogUnavailable} when no answer came in time. It may have been appended; the same fact can be tried again.
   */
  append(fact: SealedEvent, behind: Place): Promise<LoggedEvent>;
  /** The facts of a range in order, each once, but for those the reader knows; survives reconnects. */
  read(range: ReadRange): AsyncIterable<LoggedEvent>;
  /** The sequence of the newest fact, 0 for an empty log. */
  lastSequence(): Promise<number>;
}

/** The previous hash of the first event of a topic. */
export const GENESIS_HASH = '0'.repeat(64);

/** The topic has moved on since the head was read. */
export class AppendConflict extends Error {
  constructor(
    readonly topic: Topic,
    readonly expected: Place,
  ) {
    super(`the log of '${topic}' has moved on from ${'id' in expected ? `event ${expected.id}` : expected.seq}`);
    this.name = 'AppendConflict';
  }
}

/** The log did not answer in time. */
export class LogUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogUnavailable';
  }
}

/** Too many commands wait already; this one was not taken. */
export class LedgerBusy extends Error {
  constructor(waiting: number) {
    super(`${waiting} commands wait for the log: try again`);
    this.name = 'LedgerBusy';
  }
}

/** The log ends before what was read of it: an older copy was put back, or another log. Nothing can follow on what is gone. */
export class LogShort extends Error {
  constructor(end: number, read: number) {
    super(
      `the log ends at event ${end}, and was read up to event ${read} before: an older copy of it was put back, or another log. ` +
        'No change is taken until the log that was read is there again; to go on with this one, start the control plane anew',
    );
    this.name = 'LogShort';
  }
}

/** A fact is larger than the server takes; nothing was appended. Sizes in bytes. */
export class EventTooLarge extends Error {
  constructor(
    readonly size: number,
    readonly limit: number,
  ) {
    super(`the change takes ${size} bytes, and the log takes ${limit} at most: split it`);
    this.name = 'EventTooLarge';
  }
}
