import type { KeptReports, Report } from '@heddle/cell-protocol';
import { isoTime, jsonPieces } from '@heddle/platform';
import { enforcementView } from '../changes/change-view';
import type { Core } from '../core/core';
import { reportEvent, type StreamEvent } from '../stream/report-event';
import { LONGEST_PAUSE_MS } from './paced';
import type { ReplayEntry } from './replay-line';
import type { ReplayWindow } from './replay-window';

/** What is told beside the entries. */
interface Told {
  readonly window: ReplayWindow;
  readonly kept: KeptReports | null;
}

/** The text of a replay: server-sent events, in pieces. */
export async function* replayEvents(
  core: Pick<Core, 'enforcement' | 'liveness'>,
  entries: AsyncIterable<ReplayEntry>,
  { window, kept }: Told,
): AsyncGenerator<string> {
  const { first, last, sinceMs, untilMs } = window;
  yield* rendered({
    event: 'hello',
    data: {
      ...{ first, last, since: isoTime(sinceMs), until: isoTime(untilMs), longestPauseMs: LONGEST_PAUSE_MS },
      reportsSince: kept && !kept.isAll ? isoTime(kept.firstAtMs) : null,
    },
  });
  for await (const entry of entries) {
    if (entry.kind === 'report') {
      yield* rendered(timed(entry.report));
      continue;
    }
    const { change, reach } = entry;
    yield* rendered({ event: 'change', data: { ...change, reach } });
    if (!isForgotten(entry.atMs, kept)) continue;
    const enforcement = enforcementView(await core.enforcement.enforcementOf(change.seq), core.liveness);
    if (enforcement.cellsConcerned > 0)
      yield* rendered({ event: 'enforcement', data: { seq: change.seq, ...enforcement } });
  }
  yield* rendered({ event: 'end', data: {} });
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

function* rendered(shown: StreamEvent | undefined): Generator<string> {
  if (!shown) return;
  yield `event: ${shown.event}\ndata: `;
  yield* jsonPieces(shown.data);
  yield '\n\n';
}
