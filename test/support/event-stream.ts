import { createParser } from 'eventsource-parser';

/** One server-sent event. */
export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Reads the live stream until enough events satisfy the test, at most for ten seconds. */
export async function readEvents(
  url: string,
  token: string,
  isEnough: (events: readonly StreamEvent[]) => boolean,
  lastEventId?: string,
): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  const stop = new AbortController();
  const headers = {
    authorization: `bearer ${token}`,
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  };
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)]);
  const response = await fetch(new URL('/api/v1/stream', url), { headers, signal });
  if (response.status !== 200 || !response.body) throw new Error(`the stream answered ${response.status}`);
  const parser = createParser({
    onEvent: ({ id = '', event = '', data }) => events.push({ id, event, data: JSON.parse(data) }),
  });
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    parser.feed(chunk as string);
    if (isEnough(events)) break;
  }
  stop.abort();
  return events;
}
