import type { Report } from '@heddle/cell-protocol';
import { epochMsOf } from '@heddle/platform';
import type { ReachChange } from './with-reach';

/** Something that happened, and when, in epoch milliseconds. */
export type ReplayEntry =
  | ({ readonly kind: 'change'; readonly atMs: number } & ReachChange)
  | { readonly kind: 'report'; readonly atMs: number; readonly report: Report };

/**
 * Changes and what cells reported as one line. Each keeps its own order, which is by sequence; between the two the times decide at
 * which the log's command was taken and the report was stored. Whatever the clocks say, a report comes behind the changes it knows of.
 */
export async function* replayLine(
  changes: AsyncIterable<ReachChange>,
  reports: AsyncIterable<Report>,
): AsyncGenerator<ReplayEntry> {
  const [logged, reported] = [changes[Symbol.asyncIterator](), reports[Symbol.asyncIterator]()];
  try {
    let [change, report] = await Promise.all([logged.next(), reported.next()]);
    while (!change.done || !report.done) {
      if (change.done || (!report.done && isEarlier(report.value, change.value))) {
        const { value } = report as IteratorYieldResult<Report>;
        yield { kind: 'report', atMs: value.storedAtMs, report: value };
        report = await reported.next();
      } else {
        yield { kind: 'change', atMs: epochMsOf(change.value.change.time), ...change.value };
        change = await logged.next();
      }
    }
  } finally {
    await Promise.all([logged.return?.(), reported.return?.()]);
  }
}

function isEarlier(report: Report, { change }: ReachChange): boolean {
  const knows = report.kind === 'receipt' ? report.receipt.enforcedUpTo : 0;
  return knows < change.seq && report.storedAtMs < epochMsOf(change.time);
}
