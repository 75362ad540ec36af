import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { fromSqlText } from '../any-text';
import type { Database } from '../database';
import { isOneOf } from '../dialect';
import { PolicySpanEntity } from '../entities';
import { rowsInTurns } from '../rows-in-turns';
import { STILL } from '../sequence';
import { onlyBehind } from './only-behind';
import type { PastPolicyFilter, PastQueries, PlacedPolicy } from './past-queries';

/** The policies that stood after some change, or some changes, out of the tables. */
export function pastOfPolicies(database: Database): Pick<PastQueries, 'policiesAt' | 'policiesBetween'> {
  const policiesBetween: PastQueries['policiesBetween'] = (since, until, filter, { after, limit }) =>
    database.read((manager) => {
      const query = selectSpans(manager).where('span.fromSeq <= :until AND span.untilSeq > :since', { since, until });
      keepOnly(query, manager, filter);
      onlyBehind(query, after);
      return rowsInTurns(query.orderBy('span.fromSeq').addOrderBy('span.fromIndex').limit(limit), fromRow);
    });
  return { policiesBetween, policiesAt: (seq, filter, page) => policiesBetween(seq, seq, filter, page) };
}

/** The spans that cover a change, each row a {@link Row}. */
export function spansAt(manager: EntityManager, seq: number): SelectQueryBuilder<ObjectLiteral> {
  return selectSpans(manager).where('span.fromSeq <= :seq AND span.untilSeq > :seq', { seq });
}

/** All spans, each row a {@link Row}: to make entities of 60 000 takes ten times as long as to read them. */
export function selectSpans(manager: EntityManager): SelectQueryBuilder<ObjectLiteral> {
  return manager
    .createQueryBuilder(PolicySpanEntity, 'span')
    .select('span.fromSeq', 'fromSeq')
    .addSelect('span.fromIndex', 'fromIndex')
    .addSelect('span.untilSeq', 'untilSeq')
    .addSelect('span.source', 'source')
    .addSelect('span.destination', 'destination')
    .addSelect('span.protocol', 'protocol')
    .addSelect('span.start', 'start')
    .addSelect('span.end', 'end')
    .addSelect('span.expiresMs', 'expiresMs');
}

/** PostgreSQL gives sequences as text. */
type Row = Pick<PolicySpanEntity, 'source' | 'destination' | 'protocol' | 'start' | 'end' | 'fromIndex'> & {
  readonly fromSeq: number | string;
  readonly untilSeq: number | string;
  readonly expiresMs: number | string | null;
};

/** What a row of {@link selectSpans} says. */
export function fromRow({ source, destination, protocol, start, end, expiresMs, ...place }: Row): PlacedPolicy {
  const untilSeq = Number(place.untilSeq);
  return {
    policy: { source: fromSqlText(source), destination: fromSqlText(destination), protocol, start, end },
    fromSeq: Number(place.fromSeq),
    fromIndex: place.fromIndex,
    untilSeq: untilSeq === STILL ? null : untilSeq,
    ...(expiresMs !== null && { expiresAtMs: Number(expiresMs) }),
  };
}

function keepOnly(
  query: SelectQueryBuilder<ObjectLiteral>,
  manager: EntityManager,
  { either, sources, destinations, isExpiring = false }: PastPolicyFilter,
): void {
  if (isExpiring) query.andWhere('span.expiresMs IS NOT NULL');
  if (either) {
    const source = isOneOf(manager, 'span.source', 'either', either);
    const destination = isOneOf(manager, 'span.destination', 'either', either);
    query.andWhere(`(${source.sql} OR ${destination.sql})`, source.parameters);
  }
  for (const [column, name, apps] of [
    ['span.source', 'sources', sources],
    ['span.destination', 'destinations', destinations],
  ] as const) {
    if (!apps) continue;
    const { sql, parameters } = isOneOf(manager, column, name, apps);
    query.andWhere(sql, parameters);
  }
}
