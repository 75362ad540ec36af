import { setTimeout as delay } from 'node:timers/promises';
import {
  AcknowledgedPublisher,
  CONTENT_ENCODING,
  inTurns,
  PublicationRefused,
  PublicationUnanswered,
} from '@heddle/platform';
import { NatsError, type NatsConnection } from 'nats';
import { decodeEvent, decodeInSteps, MalformedEvent } from '../cloud-event';
import { decompress, LARGEST_PLAIN_BYTES } from '../content-coding';
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
import { readStream, type StreamMessage } from './read-stream';

/** How long one publication waits for its acknowledgement: an answer takes 0.2 ms, an election 4–6 s. */
const TRY_TIMEOUT_MS = 400;
/** How much longer a large one may take: a disk that takes no more than 2 MB/s is taken to be gone. */
const BYTES_PER_MS = 2_000;
const RETRY_PAUSE_MS = 100;
/** "wrong last msg ID" and "wrong last sequence": the compare-and-set of an append failed. */
const TAKEN = [10070, 10071];
/** "message size exceeds maximum allowed": the stream has a limit of its own, below the server's. */
const LARGER_THAN_STREAM_TAKES = 10054;
/** More than the headers of an event come to; the server counts them in. */
const HEADER_ROOM_BYTES = 512;

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

  async append({ event, bytes, coding }: SealedEvent, behind: Place): Promise<LoggedEvent> {
    const place = 'id' in behind ? { behindId: behind.id } : { behindSequence: behind.seq };
    const about = { subject: logSubject(event.topic), id: event.id, contentEncoding: coding };
    const publication = { ...about, data: bytes, ...place };
    const size = bytes.length + HEADER_ROOM_BYTES;
    refuseAbove(this.connection.info?.max_payload, size);
    const timeoutMs = TRY_TIMEOUT_MS + size / BYTES_PER_MS;
    const deadline = performance.now() + this.appendTimeoutMs;
    for (;;) {
      try {
        return { seq: await this.publisher.publish(publication, timeoutMs), ...event };
      } catch (error) {
        if (error instanceof PublicationRefused && TAKEN.includes(error.errorCode))
          throw new AppendConflict(event.topic, behind);
        if (error instanceof PublicationRefused && error.errorCode === LARGER_THAN_STREAM_TAKES)
          throw new EventTooLarge(size, await this.limitOfStream());
        this.rethrowIfFinal(error);
        if (performance.now() > deadline)
          throw new LogUnavailable(`the log did not acknowledge within ${this.appendTimeoutMs} ms`, { cause: error });
        await delay(RETRY_PAUSE_MS);
      }
    }
  }

  async *read({ after, upTo = Infinity, signal, isKnown }: ReadRange): AsyncIterable<LoggedEvent> {
    if (after >= upTo) return;
    for await (const message of readStream(this.connection, LOG_STREAM, after, signal)) {
      if (!isKnown?.(message.seq)) yield eventIn(message);
      if (message.seq >= upTo) return;
    }
  }

  async lastSequence(): Promise<number> {
    // Without the check, which would ask the server a second question.
    const { streams } = await this.connection.jetstreamManager({ checkAPI: false });
    return (await streams.info(LOG_STREAM)).state.last_seq;
  }

  private async limitOfStream(): Promise<number> {
    const info = await (await this.connection.jetstreamManager()).streams.info(LOG_STREAM);
    return info.config.max_msg_size;
  }

  private rethrowIfFinal(error: unknown): void {
    if (this.connection.isClosed()) throw new LogUnavailable('the connection to the log is closed', { cause: error });
    if (error instanceof PublicationRefused || error instanceof PublicationUnanswered) return;
    if (!(error instanceof NatsError)) throw error;
  }
}

/** Before anything is sent: a server that gets more than it takes cuts the connection. */
function refuseAbove(limit: number | undefined, size: number): void {
  if (limit !== undefined && size > limit) throw new EventTooLarge(size, limit);
}

/** Nearly all are small, and read without waiting for anything. */
function eventIn({ seq, data, headers }: StreamMessage): LoggedEvent | Promise<LoggedEvent> {
  const coding = headers?.get(CONTENT_ENCODING);
  return !coding && data.length <= LARGEST_PLAIN_BYTES ? decodeEvent(data, seq) : largeEvent(data, coding, seq);
}

async function largeEvent(data: Uint8Array, coding: string | undefined, seq: number): Promise<LoggedEvent> {
  const bytes = await decompress([data], coding).catch((cause: unknown) => {
    throw new MalformedEvent(seq, { cause });
  });
  return inTurns(decodeInSteps(bytes, seq));
}
