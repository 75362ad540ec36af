import { isSigned, readCheckpoints, writeBundle, type Checkpoint, type EnforcementLine } from '@heddle/event-log';
import { isoTime, nowMs } from '@heddle/platform';
import type { Core } from '../core/core';
import type { BundleRange } from './bundle-range';

/** So many receipts are read at once. */
const PORTION = 500;

/**
 * A piece of the log as a bundle. It begins behind the last checkpoint before what is wanted and ends with the first one behind it, so
 * that every event of it stands between two signatures; where the log is broken, with what is wanted.
 */
export async function exportBundle(
  core: Core,
  { from, to }: BundleRange,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { integrity, checkpointer, ring } = core.audit;
  if (integrity.open.length === 0) await checkpointer.sign();
  const signed = (await readCheckpoints(core.connection)).filter((checkpoint) => isSigned(checkpoint, ring.keys));
  const checkpoints = signed.sort((a, b) => a.seq - b.seq);
  const anchor = checkpoints.findLast(({ seq }) => seq < from) ?? null;
  const after = anchor?.seq ?? 0;
  const through = checkpoints.find(({ seq }) => seq >= to)?.seq ?? to;
  return writeBundle({
    header: { from, to, madeAt: isoTime(nowMs()), anchor },
    events: core.log.read({ after, upTo: through, signal }),
    checkpoints: checkpoints.filter(({ seq }: Checkpoint) => seq > after && seq <= through),
    enforcements: enforcements(core, after + 1, through),
    ring,
  });
}

/** The tables keep what cells said of leases in stretches; a bundle says of each change which cells enforced it, and when. */
async function* enforcements(
  { readModel, enforcement }: Core,
  first: number,
  to: number,
): AsyncGenerator<Omit<EnforcementLine, 'kind'>> {
  for (let from = first; ;) {
    const rows = await readModel.enforcementsFrom({ from, to, limit: PORTION });
    for (const { lease, ...row } of rows) {
      const whole = lease && (await enforcement.enforcementOf(row.seq));
      yield whole ? { ...row, cells: Object.fromEntries(whole.cells) } : row;
    }
    if (rows.length < PORTION) return;
    from = (rows.at(-1)?.seq ?? to) + 1;
  }
}
