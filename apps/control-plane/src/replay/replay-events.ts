import type { KeptReports, Report } from '@heddle/cell-protocol';
import { isoTime, jsonPieces } from '@heddle/platform';
import { enforcementView } from '../changes/change-view';
import type { Core } from '../core/core';
import { reportEvent, type StreamEvent } from '../stream/report-event';
import { LONGEST_PAUSE_MS } from './paced';
import type { ReplayEntry } from './replay-line';
import { writePlace, type ReplayPlace } from './replay-place';

/** So many characters are a piece. */
const PIECE = 16 * 1024;

/** What is told beside the entries. */
interface Told {
  /** What was told before. */
  readonly place: ReplayPlace;
  readonly kept: KeptReports | null;
}

/** The text of a replay: server-sent events, in pieces. The id of each is the place behind it. */
export async function* replayEvents(
  core: Pick<Core, 'enforcement' | 'liveness'>,
  entries: AsyncIterable<ReplayEntry>,
  { place: begin, kept }: Told,
): AsyncGenerator<string> {
  const enforcementOf = async (seq: number): Promise<StreamEvent | undefined> => {
    const enforcement = enforcementView(await core.enforcement.enforcementOf(seq), core.liveness);
    return enforcement.cellsConcerned > 0 ? { event: 'enforcement', data: { seq, ...enforcement } } : undefined;
  };
  let place = begin;
  // A client that is cut off before anything is told knows what it asked for, and goes on from here.
  yield* rendered(place, helloAt(place, kept));
  if (place.owesEnforcement) {
    place = { ...place, owesEnforcement: false };
    yield* rendered(place, await enforcementOf(place.change));
  }
  for await (const entry of entries) {
    const atMs = Number.isNaN(entry.atMs) ? place.atMs : Math.max(place.atMs ?? entry.atMs, entry.atMs);
    if (entry.kind === 'report') {
      place = { ...place, atMs, report: entry.report.position };
      yield* rendered(place, timed(entry.report));
      continue;
    }
    const { change, reach } = entry;
    const enforcement = isForgotten(entry.atMs, kept) ? await enforcementOf(change.seq) : undefined;
    place = { ...place, atMs, change: change.seq, owesEnforcement: enforcement !== undefined };
    yield* rendered(place, { event: 'change', data: { ...change, reach } });
    if (!enforcement) continue;
    place = { ...place, owesEnforcement: false };
    yield* rendered(place, enforcement);
  }
  yield* rendered(place, { event: 'end', data: {} });
}

/** What is still to come. */
function helloAt({ change, lastChange, sinceMs, untilMs, atMs }: ReplayPlace, kept: KeptReports | null): StreamEvent {
  const times = { since: isoTime(atMs ?? sinceMs), until: isoTime(untilMs), longestPauseMs: LONGEST_PAUSE_MS };
  const reportsSince = kept && !kept.isAll ? isoTime(kept.firstAtMs) : null;
  return { event: 'hello', data: { first: change + 1, last: lastChange, ...times, reportsSince } };
}

/** Whether what cells reported at a time is not kept any more: then what came of it is told with the change. */
function isForgotten(atMs: number, kept: KeptReports | null): boolean {
  return kept === null || (!kept.isAll && atMs < kept.firstAtMs);
}

/** A report as in the live stream, and when it was stored. */
function timed(report: Report): StreamEvent | undefined {
  const shown = reportEvent(report);
  return shown && { ...shown, data: { ...shown.data, at: isoTime(report.storedAtMs) } };
}

/** An event in as few pieces as can be: each is a chunk of HTTP, and most events are small. */
function* rendered(place: ReplayPlace, shown: StreamEvent | undefined): Generator<string> {
  if (!shown) return;
  let text = `id: ${writePlace(place)}\nevent: ${shown.event}\ndata: `;
  for (const piece of jsonPieces(shown.data)) {
    if (text.length >= PIECE) {
      yield text;
      text = '';
    }
    text += piece;
  }
  yield `${text}\n\n`;
}
