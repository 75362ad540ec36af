import { setTimeout as delay } from 'node:timers/promises';
import { DeliverPolicy, Events, type ConsumerMessages, type NatsConnection } from 'nats';

/** One message of a stream. */
export interface StreamMessage {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
}

const REOPEN_PAUSE_MS = 100;
/** How many messages the server may send ahead. */
const BATCH = 1000;
const PULL_MS = 30_000;
const HEARTBEAT_MS = 5_000;

/**
 * The messages of a stream after a sequence, in order, each once, and then those that come later, until the signal says
 * stop. After a reconnect it goes on behind the last message given; it does not wait for the client library to notice
 * that its consumer went down with the server.
 */
export async function* readStream(
  connection: NatsConnection,
  stream: string,
  after: number,
  signal?: AbortSignal,
): AsyncGenerator<StreamMessage> {
  let position = after;
  while (!signal?.aborted && !connection.isClosed()) {
    const messages = await open(connection, stream, position + 1);
    if (!messages) {
      await delay(REOPEN_PAUSE_MS, undefined, { signal }).catch(() => {});
      continue;
    }
    const forget = stopWhenCutOff(connection, messages, signal);
    try {
      for await (const message of messages) {
        if (message.seq <= position) continue;
        position = message.seq;
        yield { seq: message.seq, subject: message.subject, data: message.data };
        if (signal?.aborted) return;
      }
    } finally {
      forget();
      messages.stop();
    }
  }
}

async function open(connection: NatsConnection, stream: string, from: number): Promise<ConsumerMessages | undefined> {
  try {
    const consumer = await connection.jetstream().consumers.get(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    });
    return await consumer.consume({ max_messages: BATCH, expires: PULL_MS, idle_heartbeat: HEARTBEAT_MS });
  } catch {
    // The server is away, or its JetStream is not up again yet: the caller tries again until it is told to stop.
    return undefined;
  }
}

/** Ends the messages on abort and on every reconnect; returns how to stop watching. */
function stopWhenCutOff(connection: NatsConnection, messages: ConsumerMessages, signal?: AbortSignal): () => void {
  const stop = (): void => messages.stop();
  signal?.addEventListener('abort', stop, { once: true });
  const statuses = connection.status();
  const watching = (async () => {
    for await (const { type } of statuses) if (type === Events.Reconnect) stop();
  })();
  watching.catch(stop);
  return () => {
    signal?.removeEventListener('abort', stop);
    (statuses as { stop?: () => void }).stop?.();
  };
}
