import { isoTime } from '@heddle/platform';
import { LOG_CURSOR, type Moment } from '@heddle/read-model';
import type { Core } from '../core/core';
import { BadRequest } from '../http/problem';
import type { NamedMoment } from './past-query';

/** The change after which an answer holds; of a log without any, 0 and no time. */
export interface AsOf {
  readonly seq: number;
  /** When its command was taken, ISO 8601 with zone. */
  readonly time: string | null;
}

/**
 * The change that a moment stands for; without a moment, the newest one.
 * @param name of the parameter, for an error
 * @throws {BadRequest} when there is no such change, the log had not begun, or the time has not come.
 */
export async function asOf(
  core: Pick<Core, 'sql' | 'readModel'>,
  at: NamedMoment | undefined,
  name = 'at',
): Promise<AsOf> {
  await core.sql.caughtUp();
  const { readModel } = core;
  if (at && 'seq' in at) return (await readModel.momentOf(at.seq)) ?? noSuchChange(name, at.seq, await newest(core));
  const nowMs = Date.now();
  if (!at) return newest(core);
  if (at.ms > nowMs)
    throw new BadRequest('in-the-future', `${name}: ${isoTime(at.ms)} has not come yet, it is ${isoTime(nowMs)}`);
  return (await readModel.newestChangeAt(at.ms)) ?? beforeTheLog(name, at.ms, await readModel.momentOf(1));
}

/** By its place, not by its time: the clock of another control plane may be ahead of this one's. */
async function newest({ readModel }: Pick<Core, 'readModel'>): Promise<AsOf> {
  return (await readModel.momentOf(await readModel.cursor(LOG_CURSOR))) ?? { seq: 0, time: null };
}

function noSuchChange(name: string, seq: number, { seq: last }: AsOf): never {
  const all = last === 0 ? 'the log is empty' : `the log has the changes 1 to ${last}`;
  throw new BadRequest('no-such-change', `${name}: there is no change ${seq}: ${all}`, 404);
}

function beforeTheLog(name: string, ms: number, first: Moment | undefined): never {
  const begins = first ? `it begins at ${first.time}` : 'it is empty';
  throw new BadRequest('before-the-log', `${name}: the log knows nothing of ${isoTime(ms)}: ${begins}`, 404);
}
