import type { Database } from '../database';
import { StandingSpanEntity } from '../entities';
import { onlyBehind } from './only-behind';
import type { PastQueries, SpanPage, StandingValues } from './past-queries';

/** The tags, leases, security groups and guardrails that stood after some change, out of the tables. */
export function pastOfStanding(database: Database): Pick<PastQueries, 'standingAt'> {
  return {
    standingAt: <Kind extends keyof StandingValues>(kind: Kind, seq: number, { after, limit }: SpanPage) =>
      database.read(async (manager) => {
        const query = manager.createQueryBuilder(StandingSpanEntity, 'span').where('span.kind = :kind', { kind });
        query.andWhere('span.fromSeq <= :seq AND span.untilSeq > :seq', { seq });
        onlyBehind(query, after);
        query.orderBy('span.fromSeq').addOrderBy('span.fromIndex').limit(limit);
        return (await query.getMany()).map(({ fromSeq, fromIndex, value }) => ({
          ...{ fromSeq, fromIndex },
          value: JSON.parse(value) as StandingValues[Kind],
        }));
      }),
  };
}
