import { encodeInSteps, jsonPieces, type Portions } from '@heddle/platform';
import type { FeedEntry, FeedPosition } from '../core/live-feed';
import { reportEvent, type StreamEvent } from './report-event';

/** A place in the feed as the `id:` of an event: opaque to clients. */
export function writeCursor({ logged, reported }: FeedPosition): string {
  return `${logged}.${reported}`;
}

/** The place that an id names, or `undefined` when it is not one of ours. */
export function readCursor(id: string): FeedPosition | undefined {
  const [, logged, reported] = /^(\d{1,15})\.(\d{1,15})$/.exec(id) ?? [];
  return logged === undefined || reported === undefined
    ? undefined
    : { logged: Number(logged), reported: Number(reported) };
}

/** An entry as a server-sent event, with pauses where it is large; empty for one that clients have no use for. */
export function* renderEntry(entry: FeedEntry): Generator<void, Portions, void> {
  const shown = eventOf(entry);
  return shown ? yield* encodeInSteps(pieces(entry.at, shown)) : [];
}

function* pieces(at: FeedPosition, { event, data }: StreamEvent): Generator<string> {
  yield `id: ${writeCursor(at)}\nevent: ${event}\ndata: `;
  yield* jsonPieces(data);
  yield '\n\n';
}

function eventOf(entry: FeedEntry): StreamEvent | undefined {
  return entry.kind === 'change' ? { event: 'change', data: entry.change } : reportEvent(entry.report);
}
