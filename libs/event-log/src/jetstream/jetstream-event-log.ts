import { setTimeout as delay } from 'node:timers/promises';
import { AcknowledgedPublisher, PublicationRefused, PublicationUnanswered } from '@heddle/platform';
import { NatsError, type NatsConnection } from 'nats';
import { decodeEvent } from '../cloud-event';
import {
  AppendConflict,
  EventTooLarge,
  LogUnavailable,
  type EventLog,
  type LoggedEvent,
  type Place,
  type ReadRange,
  type SealedEvent,
} from '../event-log';
import { LOG_STREAM, logSubject } from './log-stream';
import { readStream } from './read-stream';

/** How long one publication waits for its acknowledgement: an answer takes 0.2 ms, an election 4–6 s. */
const TRY_TIMEOUT_MS = 400;
const RETRY_PAUSE_MS = 100;
/** "wrong last msg ID" and "wrong last sequence": the compare-and-set of an append failed. */
const TAKEN = [10070, 10071];

/** The log on a JetStream stream. */
export class JetStreamEventLog implements EventLog {
  private readonly publisher: AcknowledgedPublisher;

  /** @param appendTimeoutMs how long an append is tried before it is given up as {@link LogUnavailable}. */
  constructor(
    private readonly connection: NatsConnection,
    private readonly appendTimeoutMs = 15_000,
  ) {
    this.publisher = new AcknowledgedPublisher(connection);
  }

  async append({ event, bytes }: SealedEvent, behind: Place): Promise<LoggedEvent> {
    const place = 'id' in behind ? { behindId: behind.id } : { behindSequence: behind.seq };
    const publication = { subject: logSubject(event.topic), data: bytes, id: event.id, ...place };
    const deadline = performance.now() + this.appendTimeoutMs;
    for (;;) {
      try {
        return { seq: await this.publisher.publish(publication, TRY_TIMEOUT_MS), ...event };
      } catch (error) {
        if (error instanceof PublicationRefused && TAKEN.includes(error.errorCode))
          throw new AppendConflict(event.topic, behind);
        this.rethrowIfFinal(error, bytes.length);
        if (performance.now() > deadline)
          throw new LogUnavailable(`the log did not acknowledge within ${this.appendTimeoutMs} ms`, { cause: error });
        await delay(RETRY_PAUSE_MS);
      }
    }
  }

  async *read({ after, upTo = Infinity, signal, isKnown }: ReadRange): AsyncIterable<LoggedEvent> {
    if (after >= upTo) return;
    for await (const { seq, data } of readStream(this.connection, LOG_STREAM, after, signal)) {
      if (!isKnown?.(seq)) yield decodeEvent(data, seq);
      if (seq >= upTo) return;
    }
  }

  async lastSequence(): Promise<number> {
    const info = await (await this.connection.jetstreamManager()).streams.info(LOG_STREAM);
    return info.state.last_seq;
  }

  private rethrowIfFinal(error: unknown, size: number): void {
    if (this.connection.isClosed()) throw new LogUnavailable('the connection to the log is closed', { cause: error });
    if (error instanceof PublicationRefused || error instanceof PublicationUnanswered) return;
    if (error instanceof NatsError && error.code === 'MAX_PAYLOAD_EXCEEDED')
      throw new EventTooLarge(size, this.connection.info?.max_payload ?? 0);
    if (!(error instanceof NatsError)) throw error;
  }
}
