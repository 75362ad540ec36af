import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** The stream said nothing for so long that it must be dead. */
export class StreamSilent extends Error {
  constructor(ms: number) {
    super(`the stream has been silent for ${ms / 1000} s`);
    this.name = 'StreamSilent';
  }
}

/**
 * The server-sent events of a body, until it ends. The control plane sends a comment every 15 s, so silence is
 * a dead connection.
 * @throws {StreamSilent} after `silenceMs` without a byte
 */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
): AsyncGenerator<EventSourceMessage> {
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => messages.push(message) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await within(silenceMs, reader.read());
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* messages.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function within<T>(ms: number, read: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StreamSilent(ms)), ms);
  });
  try {
    return await Promise.race([read, silent]);
  } finally {
    clearTimeout(timer);
  }
}
