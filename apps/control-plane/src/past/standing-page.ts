import type { StandingValues } from '@heddle/read-model';
import type { Core } from '../core/core';
import { asOf, type AsOf } from './as-of';
import { placeText, type PastQuery } from './past-query';

/** Part of what stood at a moment. */
export interface StandingPage<Value> {
  readonly asOf: AsOf;
  /** Each with the change that made it as it was. */
  readonly items: readonly (Value & { readonly since: number })[];
  /** What to give as `after` for the next page; `null` on the last one. */
  readonly next: string | null;
}

/** One page of the tags, leases or security groups that stood at a moment. */
export async function standingPage<Kind extends keyof StandingValues>(
  core: Pick<Core, 'sql' | 'readModel'>,
  kind: Kind,
  { at, after, limit }: PastQuery,
): Promise<StandingPage<StandingValues[Kind]>> {
  const moment = await asOf(core, at);
  const found = await core.readModel.standingAt(kind, moment.seq, { after, limit: limit + 1 });
  const items = found.slice(0, limit).map(({ value, fromSeq }) => ({ ...value, since: fromSeq }));
  return { asOf: moment, items, next: nextPlace(found, limit) };
}

/** Where the next page begins, of a list that was asked for one item more than a page has. */
export function nextPlace(found: readonly Parameters<typeof placeText>[0][], limit: number): string | null {
  const last = found[limit - 1];
  return found.length > limit && last ? placeText(last) : null;
}
