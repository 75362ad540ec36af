import type { Database } from '../database';
import { isOneOf } from '../dialect';
import { EventEntity } from '../entities';
import type { Moment, PastQueries } from './past-queries';

/**
 * Clocks of control planes may differ so far: the newest change of a time is looked for by its sequence among those taken so
 * shortly before, since the one with the latest time need not be the newest.
 */
const DISORDER_MS = 600_000;

/** Which change a time stands for, and whose it is. */
export function momentQueries(database: Database): Pick<PastQueries, 'newestChangeAt' | 'momentOf' | 'authorsOf'> {
  const momentOf = (seq: number): Promise<Moment | undefined> =>
    database.read(async (manager) => {
      const row = await manager.findOne(EventEntity, { where: { seq }, select: { seq: true, time: true } });
      return row ? { seq: row.seq, time: row.time } : undefined;
    });
  return {
    momentOf,
    authorsOf: (seqs) =>
      database.read(async (manager) => {
        const { sql, parameters } = isOneOf(manager, 'event.seq', 'seqs', seqs);
        const query = manager.createQueryBuilder(EventEntity, 'event').where(sql, parameters).orderBy('event.seq');
        query.select(['event.seq', 'event.time', 'event.actorName', 'event.reason']);
        return (await query.getMany()).map(({ seq, time, actorName: actor, reason }) => ({
          ...{ seq, time, actor },
          ...(reason !== null && { reason }),
        }));
      }),
    newestChangeAt: async (ms) => {
      const seq = await database.read(async (manager) => {
        const until = manager.createQueryBuilder(EventEntity, 'event').where('event.timeMs <= :ms', { ms });
        const latest = await until
          .select(['event.seq', 'event.timeMs'])
          .orderBy('event.timeMs', 'DESC')
          .limit(1)
          .getOne();
        if (!latest) return 0;
        const near = manager.createQueryBuilder(EventEntity, 'event').where('event.timeMs <= :ms', { ms });
        near.andWhere('event.timeMs >= :from', { from: latest.timeMs - DISORDER_MS });
        // The sum keeps PostgreSQL from walking down all sequences until it meets one of that time.
        const newest = await near.select('MAX(event.seq + 0)', 'seq').getRawOne<{ seq: number | string }>();
        return Number(newest?.seq ?? 0);
      });
      return momentOf(seq);
    },
  };
}
