import type { Placed, StandingValues } from '@heddle/read-model';
import type { Core } from '../core/core';

const PAGE = 5_000;

/** All tags, leases or security groups that stood after a change; of none of them there are more than the overlay has room for. */
export async function everyStanding<Kind extends keyof StandingValues>(
  { readModel }: Pick<Core, 'readModel'>,
  kind: Kind,
  seq: number,
): Promise<Placed<StandingValues[Kind]>[]> {
  const found: Placed<StandingValues[Kind]>[] = [];
  for (;;) {
    const page = await readModel.standingAt(kind, seq, { after: found.at(-1), limit: PAGE });
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}
