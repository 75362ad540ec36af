import { setTimeout as delay } from 'node:timers/promises';
import {
  AckPolicy,
  createInbox,
  DeliverPolicy,
  Events,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type Subscription,
} from 'nats';
import { SameStream } from './same-stream';

/** One message of a stream. */
export interface StreamMessage {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: MsgHdrs;
  /** When the server stored it: epoch milliseconds of its clock, with a fraction. */
  readonly stampedAtMs: number;
}

/** Where a reading begins: behind a sequence, or with what was stored at a time or later, in epoch milliseconds of the server's clock. */
export type ReadFrom = number | { readonly sinceMs: number };

const REOPEN_PAUSE_MS = 100;
const HEARTBEAT_MS = 2_000;
/** Without a message or a heartbeat for this long, the consumer is taken to be gone. */
const SILENCE_MS = 3 * HEARTBEAT_MS;
/** The server's own word that a message carries no data: a heartbeat, or a question whether to send more. */
const CONTROL_STATUS = 100;

/**
 * The messages of a stream from some place on, in order, each once, and then those that come later, until the signal says
 * stop. Nothing is asked for again and again: the server pushes, and holds back while the reader is busy (flow control).
 *
 * Whatever goes wrong has one remedy: a new consumer behind the last message given. That is when the connection was cut, when
 * deliveries skip a number, and when the server falls silent.
 *
 * @param lost is called when another stream is found in the place of the one that was read; then all of that is read. Without it the
 * reading waits until there is something behind the last message given: the log has to come back.
 */
export async function* readStream(
  connection: NatsConnection,
  stream: string,
  from: ReadFrom,
  signal?: AbortSignal,
  lost?: () => void | Promise<void>,
): AsyncGenerator<StreamMessage> {
  let position = from;
  const same = lost && new SameStream(connection, stream);
  while (!signal?.aborted && !connection.isClosed()) {
    const subscription = await open(connection, stream, position);
    // Once there is a consumer: it is lost with its stream, and then this is asked again.
    const readUpTo = typeof position === 'number' ? position : 0;
    const isAnother = subscription && same ? await same.isAnother(readUpTo).catch(() => undefined) : false;
    if (!subscription || isAnother === undefined) {
      subscription?.unsubscribe();
      await delay(REOPEN_PAUSE_MS, undefined, { signal }).catch(() => {});
      continue;
    }
    if (isAnother) {
      subscription.unsubscribe();
      await lost?.();
      position = 0;
      continue;
    }
    const watch = watchOver(connection, subscription, signal);
    try {
      for await (const message of delivered(subscription, watch.heard)) {
        position = message.seq;
        yield message;
        if (signal?.aborted) return;
      }
    } finally {
      watch.end();
      subscription.unsubscribe();
    }
  }
}

async function open(connection: NatsConnection, stream: string, from: ReadFrom): Promise<Subscription | undefined> {
  const inbox = createInbox();
  const subscription = connection.subscribe(inbox);
  try {
    const { consumers } = await connection.jetstreamManager({ checkAPI: false });
    await consumers.add(stream, {
      deliver_subject: inbox,
      ...(typeof from === 'number'
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from + 1 }
        : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(from.sinceMs).toISOString() }),
      ack_policy: AckPolicy.None,
      flow_control: true,
      idle_heartbeat: HEARTBEAT_MS * 1e6,
      mem_storage: true,
      num_replicas: 1,
    });
    return subscription;
  } catch {
    // The server is away, or its JetStream is not up again yet: the caller tries again until it is told to stop.
    subscription.unsubscribe();
    return undefined;
  }
}

/** The messages of one consumer for as long as none is missing. */
async function* delivered(subscription: Subscription, heard: () => void): AsyncGenerator<StreamMessage> {
  let deliveries = 0;
  for await (const message of subscription) {
    heard();
    if (message.headers?.code === CONTROL_STATUS) {
      if (lastDelivery(message) > deliveries) return;
      message.respond();
      continue;
    }
    const { seq, delivery, stampedAtMs } = placeOf(message);
    if (delivery !== ++deliveries) return;
    yield { seq, subject: message.subject, data: message.data, headers: message.headers, stampedAtMs };
  }
}

/**
 * Where a message stands in the stream and among those delivered, and when it was stored. The server writes it into the reply
 * subject (NATS ADR-15):
 * `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<tries>.<stream sequence>.<consumer sequence>.<time>.<pending>`.
 */
function placeOf({ reply = '' }: Msg): { seq: number; delivery: number; stampedAtMs: number } {
  const tokens = reply.split('.');
  const [seq, delivery, stampedAtNs] = tokens.slice(tokens.length > 9 ? 7 : 5).map(Number);
  if (!seq || !delivery || !stampedAtNs)
    throw new Error(`'${reply}' does not say where its message stands in the stream`);
  return { seq, delivery, stampedAtMs: stampedAtNs / 1e6 };
}

/** How many messages the server had sent when it sent this heartbeat; 0 when it does not say. */
function lastDelivery({ headers }: Msg): number {
  return Number(headers?.get('Nats-Last-Consumer') || 0);
}

/** Ends the subscription on abort, on a reconnect, and when the server falls silent. */
function watchOver(connection: NatsConnection, subscription: Subscription, signal?: AbortSignal) {
  const cut = (): void => subscription.unsubscribe();
  const silence = setTimeout(cut, SILENCE_MS);
  const statuses = connection.status();
  const watching = (async () => {
    for await (const { type } of statuses) if (type === Events.Reconnect) cut();
  })();
  watching.catch(cut);
  signal?.addEventListener('abort', cut, { once: true });
  // It may have come while the consumer was being made.
  if (signal?.aborted) cut();
  return {
    heard: (): void => void silence.refresh(),
    end: (): void => {
      clearTimeout(silence);
      signal?.removeEventListener('abort', cut);
      (statuses as { stop?: () => void }).stop?.();
    },
  };
}
