import { epochMsOf } from '@heddle/platform';
import { z } from 'zod';
import type { Core } from '../core/core';
import { BadRequest } from '../http/problem';
import { asOf, type AsOf } from '../past/as-of';
import { moment } from '../past/past-query';

const FASTEST = 1_000_000;

/** Which part of the past is shown again, and how fast. */
export const replayQuery = z.strictObject({
  from: moment,
  to: moment.optional(),
  /** How many times as fast as it happened; without it, as fast as it can be read. */
  speed: z.coerce
    .number<string>('must be a factor, such as 60')
    .positive('must be above 0')
    .max(FASTEST, `must be ${FASTEST} at most, or left out`)
    .optional(),
  cell: z.string().min(1).optional(),
  lastEventId: z.string().optional(),
});

/** A part of the past. */
export interface ReplayWindow {
  /** The first change in it; one more than the last where there is none. */
  readonly first: number;
  /** The last change in it. */
  readonly last: number;
  /** What cells said is in it from here to there; epoch milliseconds. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * The part of the past that is meant. A change stands for the time from it to the next one, so that a window of one change has in it
 * how cells put that in force.
 * @throws {BadRequest} when an end of it is no moment of the past, or it ends before it begins.
 */
export async function replayWindow(
  core: Pick<Core, 'sql' | 'readModel'>,
  { from, to }: Pick<z.output<typeof replayQuery>, 'from' | 'to'>,
): Promise<ReplayWindow> {
  const [begin, end] = [await asOf(core, from, 'from'), await asOf(core, to, 'to')];
  const isIn = 'seq' in from || timeOf(begin) >= from.ms;
  const window = {
    first: isIn ? begin.seq : begin.seq + 1,
    last: end.seq,
    sinceMs: 'seq' in from ? timeOf(begin) : from.ms,
    // A time is read to the millisecond, and the change may have come within it.
    untilMs: to && 'ms' in to ? Math.max(to.ms, timeOf(end)) : await nextTime(core, end),
  };
  if (begin.seq > end.seq || window.sinceMs > window.untilMs)
    throw new BadRequest('inverted-window', 'from: must not be later than to: exchange them');
  return window;
}

function timeOf({ time }: AsOf): number {
  return time === null ? 0 : epochMsOf(time);
}

/** Until when a change was the newest. */
async function nextTime({ readModel }: Pick<Core, 'readModel'>, { seq }: AsOf): Promise<number> {
  const next = await readModel.momentOf(seq + 1);
  return next ? epochMsOf(next.time) : Date.now();
}
