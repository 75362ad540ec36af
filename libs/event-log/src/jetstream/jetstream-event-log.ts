import { setTimeout as delay } from 'node:timers/promises';
import { NatsError, type JetStreamClient, type NatsConnection } from 'nats';
import { decodeEvent, encodeEvent } from '../cloud-event';
import {
  AppendConflict,
  EventTooLarge,
  LogUnavailable,
  type EventDraft,
  type EventLog,
  type LoggedEvent,
  type ReadRange,
  type TopicHead,
} from '../event-log';
import { LOG_STREAM, logSubject } from './log-stream';
import { readStream } from './read-stream';

/** How long one publication waits for its acknowledgement: an answer takes 0.2 ms, an election 4–6 s. */
const TRY_TIMEOUT_MS = 400;
const RETRY_PAUSE_MS = 100;
/** "wrong last sequence": the compare-and-set of an append failed. */
const WRONG_LAST_SEQUENCE = 10071;

/** The log on a JetStream stream. */
export class JetStreamEventLog implements EventLog {
  private readonly jetstream: JetStreamClient;

  /** @param appendTimeoutMs how long an append is tried before it is given up as {@link LogUnavailable}. */
  constructor(
    private readonly connection: NatsConnection,
    private readonly appendTimeoutMs = 15_000,
  ) {
    this.jetstream = connection.jetstream();
  }

  async append(draft: EventDraft, head: TopicHead): Promise<LoggedEvent> {
    const bytes = encodeEvent(draft, head);
    const deadline = performance.now() + this.appendTimeoutMs;
    for (;;) {
      try {
        const { seq } = await this.jetstream.publish(logSubject(draft.topic), bytes, {
          msgID: draft.id,
          expect: { lastSubjectSequence: head.seq },
          timeout: TRY_TIMEOUT_MS,
        });
        return decodeEvent(bytes, seq);
      } catch (error) {
        this.rethrowIfFinal(error, draft, head, bytes.length);
        if (performance.now() > deadline) {
          throw new LogUnavailable(`the log did not acknowledge within ${this.appendTimeoutMs} ms`, { cause: error });
        }
        await delay(RETRY_PAUSE_MS);
      }
    }
  }

  async *read({ after, upTo = Infinity, signal }: ReadRange): AsyncIterable<LoggedEvent> {
    if (after >= upTo) return;
    for await (const { seq, data } of readStream(this.connection, LOG_STREAM, after, signal)) {
      yield decodeEvent(data, seq);
      if (seq >= upTo) return;
    }
  }

  async lastSequence(): Promise<number> {
    const info = await (await this.connection.jetstreamManager()).streams.info(LOG_STREAM);
    return info.state.last_seq;
  }

  private rethrowIfFinal(error: unknown, draft: EventDraft, head: TopicHead, size: number): void {
    if (!(error instanceof NatsError)) throw error;
    if (error.api_error?.err_code === WRONG_LAST_SEQUENCE) throw new AppendConflict(draft.topic, head.seq);
    if (error.code === 'MAX_PAYLOAD_EXCEEDED') throw new EventTooLarge(size, this.connection.info?.max_payload ?? 0);
    if (this.connection.isClosed()) throw new LogUnavailable('the connection to the log is closed', { cause: error });
  }
}
