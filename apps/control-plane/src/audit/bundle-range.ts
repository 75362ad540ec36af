import { z } from 'zod';
import type { Core } from '../core/core';
import { moment, sequence } from '../http/page-query';
import { BadRequest } from '../http/problem';

const place = z.union([sequence.transform((seq) => ({ seq })), moment.transform((ms) => ({ ms }))], {
  error: 'must be the number of a change, or a time like 2026-11-22T09:00:00Z',
});

/** Of a piece of the log: changes by their numbers, or by their times. */
export const bundleQuery = z.strictObject({ from: place.optional(), to: place.optional() });

/** The first and the last change of a piece. */
export interface BundleRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What the query means now.
 * @throws {BadRequest} when it ends before it begins, names a change that does not exist, or there is none in it.
 */
export async function bundleRange(core: Core, { from, to }: z.output<typeof bundleQuery>): Promise<BundleRange> {
  await core.sql.caughtUp();
  const last = core.follower.position;
  const range = {
    from: from === undefined ? 1 : 'seq' in from ? from.seq : (await lastBefore(core, from.ms)) + 1,
    to: to === undefined ? last : 'seq' in to ? to.seq : await lastBefore(core, to.ms + 1),
  };
  for (const seq of [range.from, range.to])
    if (seq > last) throw new BadRequest('no-such-change', `there is no change ${seq}: the newest is ${last}`, 404);
  if (range.from > range.to) throw new BadRequest('inverted-window', 'there is no change from here to there');
  return range;
}

/** The newest change before a time, 0 without one. */
async function lastBefore({ readModel }: Core, untilMs: number): Promise<number> {
  const [change] = await readModel.listChanges({ untilMs, limit: 1 });
  return change?.seq ?? 0;
}
