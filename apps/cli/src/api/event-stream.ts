import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { refusal } from './answers';
import { type ControlPlane, type Question, type Response, send, tooLate, unreachable } from './ask';

/** Three of the comments that the control plane sends each 15 s. */
const LONGEST_SILENCE_MS = 45_000;

/** A stream of server-sent events, open. */
export interface EventStream {
  /** Every event until the control plane ends the stream. Throws a {@link FatalError} when the connection breaks or falls silent. */
  readonly events: AsyncIterable<EventSourceMessage>;
  close(): void;
}

/**
 * Opens a stream of server-sent events.
 * @param question what is answered with it
 * @param silenceMs how long the control plane may send nothing at all, in ms.
 * @throws {FatalError} when the control plane cannot be reached, {@link UserError} when it refuses.
 */
export async function openEventStream(
  to: ControlPlane,
  question: Omit<Question, 'timeoutMs'>,
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
  const headers = { accept: 'text/event-stream', ...question.headers };

  let response: Response;
  try {
    const asked = { ...question, headers, timeoutMs: silenceMs };
    response = await send(to, asked, AbortSignal.any([to.signal, ending.signal]));
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
    for await (const chunk of body) {
      heard();
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* events.splice(0);
    }
  } catch (error) {
    throw sayWhy(error);
  }
}
