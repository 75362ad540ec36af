import { createInbox, headers, type Msg, type NatsConnection, type Subscription } from 'nats';

/** The header that says how the data of a message is coded, as in HTTP. */
export const CONTENT_ENCODING = 'Content-Encoding';

/** A message for a stream, and the condition under which the stream may take it. */
export interface Publication {
  readonly subject: string;
  readonly data: Uint8Array;
  /** How the data is coded, for whoever reads it; without it, as it is. */
  readonly contentEncoding?: string;
  /** The stream takes messages of one id once, within its dedupe window. */
  readonly id?: string;
  /** The last message of this subject must have this sequence, 0 for none. */
  readonly behindSequence?: number;
  /** The last message of the whole stream must have this id. */
  readonly behindId?: string;
}

/** The stream did not take a message, and says why. */
export class PublicationRefused extends Error {
  /** @param errorCode the server's number for the reason: 10071 for a wrong last sequence */
  constructor(
    readonly errorCode: number,
    description: string,
  ) {
    super(description);
    this.name = 'PublicationRefused';
  }
}

/** No answer came: the message may be in the stream or not. */
export class PublicationUnanswered extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PublicationUnanswered';
  }
}

interface Pending {
  readonly deadlineMs: number;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: Error) => void;
}

/** How exactly a time-out is kept. */
const SWEEP_MS = 50;
/** What the server sends when nobody listens on a subject: no stream, or JetStream is not up. */
const NO_RESPONDERS = 503;

/**
 * Publishes to JetStream streams and waits for acknowledgements, many at a time: one subscription for all answers and one timer
 * for all time-outs. The client's own `jetstream().publish` makes a timer, two errors and a handful of promises for each message, and
 * takes twice the processor time: 0.15 ms against 0.08 ms one at a time, 0.04 ms against 0.02 ms with 16 under way (600 bytes,
 * nats-server 2.9.10, medians of three).
 */
export class AcknowledgedPublisher {
  private readonly pending = new Map<string, Pending>();
  private readonly inbox = createInbox();
  private readonly answers: Subscription;
  private sweeping: NodeJS.Timeout | undefined;
  private count = 0;

  constructor(private readonly connection: NatsConnection) {
    this.answers = connection.subscribe(`${this.inbox}.*`, { callback: (_, message) => this.answered(message) });
  }

  /**
   * Sends at once, so messages go out in the order of the calls; resolves with the sequence in the stream.
   * @throws {PublicationRefused} by the stream; {@link PublicationUnanswered}; the client's own error when it did not send
   * anything: the message is too large, or the connection is closed.
   */
  async publish(publication: Publication, timeoutMs: number): Promise<number> {
    const token = (++this.count).toString(36);
    this.connection.publish(publication.subject, publication.data, {
      reply: `${this.inbox}.${token}`,
      headers: headersOf(publication),
    });
    this.sweeping ??= setInterval(() => this.sweep(), SWEEP_MS);
    return new Promise((resolve, reject) =>
      this.pending.set(token, { deadlineMs: performance.now() + timeoutMs, resolve, reject }),
    );
  }

  /** Gives up what is not answered. */
  close(): void {
    this.answers.unsubscribe();
    this.endSweeping();
    for (const token of this.pending.keys())
      this.take(token)?.reject(new PublicationUnanswered('the publisher closed'));
  }

  private answered(message: Msg): void {
    const pending = this.take(message.subject.slice(this.inbox.length + 1));
    if (!pending) return;
    try {
      pending.resolve(sequenceIn(message));
    } catch (error) {
      pending.reject(error as Error);
    }
  }

  /** Ends itself when nothing is under way: for each message a timer of its own would take longer than to look in vain. */
  private sweep(): void {
    if (this.pending.size === 0) this.endSweeping();
    const now = performance.now();
    for (const [token, { deadlineMs }] of this.pending) {
      if (deadlineMs < now) this.take(token)?.reject(new PublicationUnanswered('no acknowledgement came in time'));
    }
  }

  private endSweeping(): void {
    clearInterval(this.sweeping);
    this.sweeping = undefined;
  }

  private take(token: string): Pending | undefined {
    const pending = this.pending.get(token);
    this.pending.delete(token);
    return pending;
  }
}

function headersOf({ contentEncoding, id, behindSequence, behindId }: Publication) {
  const conditions = headers();
  if (contentEncoding !== undefined) conditions.append(CONTENT_ENCODING, contentEncoding);
  if (id !== undefined) conditions.append('Nats-Msg-Id', id);
  if (behindSequence !== undefined) conditions.append('Nats-Expected-Last-Subject-Sequence', String(behindSequence));
  if (behindId !== undefined) conditions.append('Nats-Expected-Last-Msg-Id', behindId);
  return conditions;
}

function sequenceIn(message: Msg): number {
  if (message.headers?.code === NO_RESPONDERS) throw new PublicationUnanswered('no stream takes the message now');
  const { seq, error } = message.json<{ seq?: number; error?: { err_code?: number; description?: string } }>();
  if (error) throw new PublicationRefused(error.err_code ?? 0, error.description ?? 'the stream refused the message');
  if (seq === undefined) throw new PublicationUnanswered('the answer is not one of a stream');
  return seq;
}
