import type { NatsConnection } from 'nats';

/** A stored message, read without a consumer. */
export interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
}

type Query = { readonly last_by_subj: string } | { readonly seq: number; readonly next_by_subj: string };

const TIMEOUT_MS = 2_000;
/** The status with which the server says that there is no such message. */
const NOT_FOUND = 404;

/**
 * Reads single messages of a stream by JetStream's direct get (ADR-31 of NATS). Needs no consumer, and no right but
 * `$JS.API.DIRECT.GET.<stream>`.
 */
export class DirectReader {
  constructor(
    private readonly connection: NatsConnection,
    private readonly stream: string,
  ) {}

  /** The newest message of a subject, or `undefined` when there is none. */
  async newest(subject: string): Promise<StoredMessage | undefined> {
    return this.get({ last_by_subj: subject });
  }

  /** The newest message of every subject that matches, in the order of the stream. */
  async *all(subjects: string): AsyncGenerator<StoredMessage> {
    for (let seq = 1; ;) {
      const message = await this.get({ seq, next_by_subj: subjects });
      if (!message) return;
      yield message;
      seq = message.seq + 1;
    }
  }

  private async get(query: Query): Promise<StoredMessage | undefined> {
    const reply = await this.connection.request(`$JS.API.DIRECT.GET.${this.stream}`, JSON.stringify(query), {
      timeout: TIMEOUT_MS,
    });
    const { headers } = reply;
    if (headers?.code === NOT_FOUND) return undefined;
    if (!headers || headers.code !== 0)
      throw new Error(`cannot read ${this.stream}: ${headers?.description ?? 'no answer'}`);
    return { seq: Number(headers.get('Nats-Sequence')), subject: headers.get('Nats-Subject'), data: reply.data };
  }
}
