import type { Traffic } from '@heddle/domain';
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { fromSqlText, toSqlText } from '../any-text';
import type { Database } from '../database';
import { pairDigest } from '../digest';
import { isOneOf } from '../dialect';
import { PolicySpanEntity } from '../entities';
import { rowsInTurns } from '../rows-in-turns';
import type { PairPage, PastQueries } from './past-queries';
import { fromRow, selectSpans, spansAt } from './past-of-policies';

/** What was allowed between pairs of apps, out of the tables. */
export function pastOfPairs(
  database: Database,
): Pick<PastQueries, 'betweenApps' | 'pairsAt' | 'pairsTouched' | 'spansOfPairs' | 'spansEndingFrom' | 'knownApps'> {
  return {
    betweenApps: (pair, seq, traffic, limit) =>
      database.read(async (manager) => {
        const between = (query: SelectQueryBuilder<ObjectLiteral>) =>
          onlyTraffic(query.andWhere('span.pairDigest = :pair', { pair: pairDigest(pair) }), traffic);
        const ordered = between(spansAt(manager, seq)).orderBy('span.fromSeq').addOrderBy('span.fromIndex');
        const standing = await rowsInTurns(ordered.limit(limit), fromRow);
        if (standing.length > 0) return { standing };
        const ended = between(selectSpans(manager).where('span.untilSeq <= :seq', { seq }));
        const [last] = await rowsInTurns(ended.orderBy('span.untilSeq', 'DESC').limit(1), fromRow);
        return { standing, ...(last && { last }) };
      }),

    pairsAt: (seq, page) =>
      database.read((manager) =>
        pairs(manager, page, { sql: 'span.fromSeq <= :seq AND span.untilSeq > :seq', parameters: { seq } }),
      ),

    pairsTouched: (since, until, page) =>
      database.read((manager) => {
        const within = (end: string) => `(span.${end} > :since AND span.${end} <= :until)`;
        const sql = `(${within('fromSeq')} OR ${within('untilSeq')})`;
        return pairs(manager, page, { sql, parameters: { since, until } });
      }),

    spansEndingFrom: (policies, seq, upTo) =>
      database.read((manager) => {
        const digests = [...new Set(policies.map(pairDigest))];
        const { sql, parameters } = isOneOf(manager, 'span.pairDigest', 'pairs', digests);
        const query = selectSpans(manager).where(sql, parameters).andWhere('span.untilSeq >= :seq', { seq });
        if (upTo !== undefined) query.andWhere('span.fromSeq <= :upTo', { upTo });
        return rowsInTurns(
          query.orderBy('span.pairDigest').addOrderBy('span.fromSeq').addOrderBy('span.fromIndex'),
          fromRow,
        );
      }),

    spansOfPairs: (digests, seqs) =>
      database.read((manager) => {
        const { sql, parameters } = isOneOf(manager, 'span.pairDigest', 'pairs', digests);
        const covers = seqs.map((_, i) => `(span.fromSeq <= :seq${i} AND span.untilSeq > :seq${i})`);
        const query = selectSpans(manager).where(sql, parameters);
        query.andWhere(`(${covers.join(' OR ')})`, Object.fromEntries(seqs.map((seq, i) => [`seq${i}`, seq])));
        return rowsInTurns(
          query.orderBy('span.pairDigest').addOrderBy('span.fromSeq').addOrderBy('span.fromIndex'),
          fromRow,
        );
      }),

    knownApps: (apps) =>
      database.read(async (manager) => {
        const known = new Set<string>();
        for (const column of ['source', 'destination'] as const) {
          for (const app of apps) {
            const query = manager.createQueryBuilder(PolicySpanEntity, 'span').select(`span.${column}`, 'app');
            const row = await query
              .where(`span.${column} = :app`, { app: toSqlText(app) })
              .limit(1)
              .getRawOne<{ app: string }>();
            if (row) known.add(fromSqlText(row.app));
          }
        }
        return known;
      }),
  };
}

async function pairs(
  manager: EntityManager,
  { after, limit }: PairPage,
  { sql, parameters }: { readonly sql: string; readonly parameters: ObjectLiteral },
): Promise<string[]> {
  const query = manager.createQueryBuilder(PolicySpanEntity, 'span').select('span.pairDigest', 'pair');
  query.where(sql, parameters);
  if (after !== undefined) query.andWhere('span.pairDigest > :after', { after });
  query.groupBy('span.pairDigest').orderBy('span.pairDigest').limit(limit);
  return rowsInTurns(query, ({ pair }: { pair: string }) => pair);
}

function onlyTraffic(
  query: SelectQueryBuilder<ObjectLiteral>,
  { protocol, port }: Traffic,
): SelectQueryBuilder<ObjectLiteral> {
  if (protocol !== undefined) query.andWhere('span.protocol = :protocol', { protocol });
  if (port !== undefined) query.andWhere('span.start <= :port AND span.end >= :port', { port });
  return query;
}
