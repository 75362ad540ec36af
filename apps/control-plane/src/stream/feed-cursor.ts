import { encodeInSteps, isoTime, jsonPieces, type Portions } from '@heddle/platform';
import type { FeedEntry, FeedPosition } from '../core/live-feed';

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

function* pieces(at: FeedPosition, { event, data }: { event: string; data: unknown }): Generator<string> {
  yield `id: ${writeCursor(at)}\nevent: ${event}\ndata: `;
  yield* jsonPieces(data);
  yield '\n\n';
}

function eventOf(entry: FeedEntry): { event: string; data: unknown } | undefined {
  if (entry.kind === 'change') return { event: 'change', data: entry.change };
  const { report } = entry;
  switch (report.kind) {
    case 'receipt': {
      const { cell, enforcedUpTo, changes, enforcedAtMs } = report.receipt;
      return {
        event: 'receipt',
        data: { cell, enforcedUpTo, changes, enforcedAt: isoTime(enforcedAtMs) },
      };
    }
    case 'containers':
      return { event: 'placement', data: report.report };
    case 'malformed':
      return undefined;
  }
}
