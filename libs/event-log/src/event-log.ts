/** The kinds of facts; each is one subject of the log and one chain of hashes. */
export type Topic = 'policy' | 'lease' | 'group' | 'route';

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

/** The last event of a topic. */
export interface TopicHead {
  /** 0 when the topic has no event. */
  readonly seq: number;
  readonly hash: string;
}

/** Where a read begins and ends. */
export interface ReadRange {
  /** The sequence before the first one wanted; 0 for everything. */
  readonly after: number;
  /** The last sequence wanted; without it the read goes on with what is appended later. */
  readonly upTo?: number;
  /** Ends the read, without an error. */
  readonly signal?: AbortSignal;
}

/** The append-only log of facts. */
export interface EventLog {
  /**
   * Appends one fact if `head` is still the last one of its topic.
   * @throws {AppendConflict} when another fact came first. Nothing was appended.
   * @throws {LogUnavailable} when no answer came in time. It may have been appended; the same draft can be tried again.
   */
  append(draft: EventDraft, head: TopicHead): Promise<LoggedEvent>;
  /** The facts of a range in order, each once; survives reconnects. */
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
    readonly expected: number,
  ) {
    super(`the log of '${topic}' has moved on from ${expected}`);
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
