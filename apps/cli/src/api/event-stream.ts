import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { refusal } from './answers';
import { send, tooLate, unreachable, type ControlPlane } from './ask';

/** Three of the comments that the control plane sends each 15 s. */
const LONGEST_SILENCE_MS = 45_000;

/** The live stream, open. */
export interface EventStream {
  /** Every event until the control plane ends the stream. Throws a {@link FatalError} when the connection breaks or falls silent. */
  readonly events: AsyncIterable<EventSourceMessage>;
  close(): void;
}

/**
 * Opens the live stream.
 * @param after id of the event to go on behind, without loss; left out, the stream begins now.
 * @param silenceMs how long the control plane may send nothing at all, in ms.
 * @throws {FatalError} when the control plane cannot be reached, {@link UserError} when it refuses.
 */
export async function openEventStream(
  to: ControlPlane,
  after: string | undefined,
  silenceMs = LONGEST_SILENCE_MS,
): Promise<EventStream> {
  const ending = new AbortController();
  const silence = setTimeout(() => ending.abort(), silenceMs);
  const close = (): void => {
    clearTimeout(silence);
    ending.abort();
  };
  const sayWhy = (error: unknown): unknown => {
    const isSilent = ending.signal.aborted;
    close();
    to.signal.throwIfAborted();
    return isSilent ? tooLate(to, silenceMs, error) : unreachable(to, error);
  };
  const headers: Record<string, string> = { accept: 'text/event-stream' };
  if (after !== undefined) headers['last-event-id'] = after;

  let response: Response;
  try {
    const question = { path: '/api/v1/stream', headers, timeoutMs: silenceMs };
    response = await send(to, question, AbortSignal.any([to.signal, ending.signal]));
    if (response.status !== 200) throw refusal({ status: response.status, text: await response.text() }, to);
  } catch (error) {
    throw sayWhy(error);
  }
  return { events: eventsOf(response, () => silence.refresh(), sayWhy), close };
}

async function* eventsOf(
  { body }: Response,
  heard: () => void,
  sayWhy: (error: unknown) => unknown,
): AsyncGenerator<EventSourceMessage> {
  const decoder = new TextDecoder();
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  try {
    for await (const chunk of body ?? []) {
      heard();
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* events.splice(0);
    }
  } catch (error) {
    throw sayWhy(error);
  }
}
