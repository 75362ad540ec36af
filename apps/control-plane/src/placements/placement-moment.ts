import { epochMsOf, isoTime } from '@heddle/platform';
import type { Core } from '../core/core';
import { BadRequest } from '../http/problem';
import { asOf, type AsOf } from '../past/as-of';
import type { NamedMoment } from '../past/past-query';

/** The moment of a question about containers: cells say where those are by the clock, and not in the log. */
export interface PlacementMoment {
  readonly asOf: AsOf;
  readonly ms: number;
  /** Since when it is known where containers were; what cells said before is forgotten, or was never told. */
  readonly knownSinceMs: number;
}

/** Since when it is known where containers were, in epoch milliseconds; `null` while nothing is. */
export async function placementsKnownSince(core: Core, nowMs: number): Promise<number | null> {
  const firstMs = await core.readModel.placementsKnownSince();
  return firstMs === null ? null : Math.max(firstMs, nowMs - core.placementsKeptMs);
}

/** The time that is meant; without a name, now. A change stands for the time it was taken at. */
export function momentMs({ time }: AsOf, at: NamedMoment | undefined, nowMs: number): number {
  if (at === undefined || time === null) return nowMs;
  return 'ms' in at ? at.ms : epochMsOf(time);
}

/**
 * The moment that is meant; without a name, now.
 * @throws {BadRequest} when it is none of the past, or nothing is known of where containers were then.
 */
export async function placementMoment(core: Core, at: NamedMoment | undefined): Promise<PlacementMoment> {
  const nowMs = Date.now();
  const moment = await asOf(core, at);
  const ms = momentMs(moment, at, nowMs);
  const knownSinceMs = await placementsKnownSince(core, nowMs);
  if (knownSinceMs === null)
    throw new BadRequest('placements-unknown', 'at: no cell has ever said which containers it holds', 404);
  if (ms < knownSinceMs)
    throw new BadRequest(
      'placements-unknown',
      `at: where containers were is unknown before ${isoTime(knownSinceMs)}`,
      404,
    );
  return { asOf: moment, ms, knownSinceMs };
}
