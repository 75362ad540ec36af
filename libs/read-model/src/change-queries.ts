import type { LoggedEvent } from '@heddle/event-log';
import { toSqlText } from './any-text';
import { appDigest } from './digest';
import type { Database } from './database';
import { EventAppEntity, EventEntity, EventLeaseEntity } from './entities';
import { fromEventRow } from './event-row';
import type { ChangeQueries } from './read-model';

/** The second copy of every event, out of the tables. */
export function changeQueries(database: Database): ChangeQueries {
  return {
    listChanges: ({ app, lease, actor, correlationId, type, reason, sinceMs, untilMs, beforeSeq, fromSeq, limit }) =>
      database.read(async (manager) => {
        const query = manager.createQueryBuilder(EventEntity, 'event').limit(limit);
        // Along the index that finds them: the newest of an app come first without sorting all it ever had.
        const seq = app !== undefined ? 'concerned.seq' : lease ? 'about.seq' : 'event.seq';
        if (app !== undefined)
          query.innerJoin(EventAppEntity, 'concerned', 'concerned.seq = event.seq AND concerned.appDigest = :digest', {
            digest: appDigest(app),
          });
        if (lease) query.innerJoin(EventLeaseEntity, 'about', 'about.seq = event.seq');
        if (lease?.cell !== undefined) query.andWhere('about.cell = :cell', { cell: toSqlText(lease.cell) });
        if (lease?.subnet !== undefined) query.andWhere('about.overlaySubnet = :subnet', { subnet: lease.subnet });
        if (actor !== undefined) query.andWhere('event.actorName = :actor', { actor: toSqlText(actor) });
        if (correlationId !== undefined)
          query.andWhere('event.correlationId = :correlationId', { correlationId: toSqlText(correlationId) });
        if (type !== undefined)
          query.andWhere('(event.type = :type OR event.type LIKE :versions)', { type, versions: `${type}.v%` });
        if (reason !== undefined)
          query.andWhere(`LOWER(event.reason) LIKE LOWER(:reason) ESCAPE '!'`, { reason: `%${literally(reason)}%` });
        if (sinceMs !== undefined) query.andWhere('event.timeMs >= :sinceMs', { sinceMs });
        if (untilMs !== undefined) query.andWhere('event.timeMs < :untilMs', { untilMs });
        if (beforeSeq !== undefined) query.andWhere(`${seq} < :beforeSeq`, { beforeSeq });
        if (fromSeq !== undefined) query.andWhere(`${seq} >= :fromSeq`, { fromSeq });
        const changes: LoggedEvent[] = [];
        for (const row of await query.orderBy(seq, 'DESC').getMany()) changes.push(await fromEventRow(row));
        return changes;
      }),

    change: (seq) =>
      database.read(async (manager) => {
        const row = await manager.findOneBy(EventEntity, { seq });
        return row ? fromEventRow(row) : undefined;
      }),
  };
}

/** A text as a pattern of `LIKE` that matches it alone; the sign before what would match more is `!`. */
function literally(text: string): string {
  return toSqlText(text).replace(/[%_!]/g, '!$&');
}
