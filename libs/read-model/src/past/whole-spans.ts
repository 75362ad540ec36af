import type { PolicySpan } from '@heddle/domain';
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Database } from '../database';
import { pairDigest } from '../digest';
import { isOneOf } from '../dialect';
import { PolicySpanEntity } from '../entities';
import { rowsInTurns } from '../rows-in-turns';
import { STILL } from '../sequence';
import type { PastQueries, PlacedPolicy, SpanPlace } from './past-queries';

/** For how long policies stood whose end moved meanwhile, out of the tables. */
export function wholeSpans(database: Database): Pick<PastQueries, 'wholeSpans'> {
  return {
    wholeSpans: (spans, since) =>
      database.read(async (manager) => {
        if (spans.length === 0) return [];
        const parts = partsByPlace(await rowsInTurns(partsOf(manager, spans), fromRow));
        return spans.flatMap((found) => {
          const { policy, fromSeq } = found;
          const { first, last } = parts.get(placeKey(found)) ?? { first: found, last: found };
          const isTold = fromSeq === first.fromSeq || fromSeq <= since;
          return isTold ? [{ found, whole: { ...timesOf(last), policy, fromSeq: first.fromSeq } }] : [];
        });
      }),
  };
}

/** A span that another one of the same policy goes on from, or that goes on from one. */
interface Part extends Omit<PolicySpan, 'policy'>, SpanPlace {
  readonly goesOn: boolean;
}

/** The first and the last part of the time that each belongs to. */
function partsByPlace(parts: readonly Part[]): Map<string, { readonly first: Part; last: Part }> {
  const found = new Map<string, { readonly first: Part; last: Part }>();
  let time: { readonly first: Part; last: Part } | undefined;
  for (const part of parts) {
    if (time && part.goesOn) time.last = part;
    else time = { first: part, last: part };
    found.set(placeKey(part), time);
  }
  return found;
}

function timesOf({ untilSeq, expiresAtMs }: Omit<PolicySpan, 'policy'>) {
  return { untilSeq, ...(expiresAtMs !== undefined && { expiresAtMs }) };
}

const POLICY = 'pair_digest, protocol, start_port, end_port';

/**
 * The parts of all policies between the same apps, policy by policy. Each row is looked at with its neighbours, in one pass: to
 * look for those of each by itself, PostgreSQL takes seconds where a policy has thousands.
 */
function partsOf(manager: EntityManager, spans: readonly PlacedPolicy[]): SelectQueryBuilder<ObjectLiteral> {
  const digests = [...new Set(spans.map(({ policy }) => pairDigest(policy)))];
  const { sql, parameters } = isOneOf(manager, 'span.pairDigest', 'pairs', digests);
  const inOrder = `(PARTITION BY ${POLICY} ORDER BY from_seq)`;
  const beside = (query: SelectQueryBuilder<ObjectLiteral>) =>
    query
      .select(`${POLICY}, from_seq, from_index, until_seq, expires_ms`)
      .addSelect(`lag(until_seq) OVER ${inOrder}`, 'before_until')
      .addSelect(`lead(from_seq) OVER ${inOrder}`, 'next_from')
      .from(PolicySpanEntity, 'span')
      .where(sql, parameters);
  return manager
    .createQueryBuilder()
    .from(beside, 'part')
    .select('from_seq', 'fromSeq')
    .addSelect('from_index', 'fromIndex')
    .addSelect('until_seq', 'untilSeq')
    .addSelect('before_until', 'beforeUntil')
    .addSelect('expires_ms', 'expiresMs')
    .where('before_until = from_seq OR next_from = until_seq')
    .orderBy(`${POLICY}, from_seq`);
}

/** PostgreSQL gives sequences as text. */
interface Row {
  readonly fromSeq: number | string;
  readonly fromIndex: number;
  readonly untilSeq: number | string;
  readonly beforeUntil: number | string | null;
  readonly expiresMs: number | string | null;
}

function fromRow({ fromSeq, fromIndex, untilSeq, beforeUntil, expiresMs }: Row): Part {
  const until = Number(untilSeq);
  return {
    ...{ fromSeq: Number(fromSeq), fromIndex, untilSeq: until === STILL ? null : until },
    goesOn: beforeUntil === fromSeq,
    ...(expiresMs !== null && { expiresAtMs: Number(expiresMs) }),
  };
}

function placeKey({ fromSeq, fromIndex }: SpanPlace): string {
  return `${fromSeq}.${fromIndex}`;
}
