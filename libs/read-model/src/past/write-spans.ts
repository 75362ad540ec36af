import { Pace } from '@heddle/platform';
import type { EntityManager } from 'typeorm';
import { isPostgres } from '../dialect';
import { PolicySpanEntity, StandingSpanEntity } from '../entities';
import { STILL } from '../sequence';
import { insertRows } from '../write-rows';
import type { Spans } from './spans';

/** Writes what a batch ended and began. */
export async function writeSpans(manager: EntityManager, spans: Spans): Promise<void> {
  await endRows(
    manager,
    { table: 'policy_span', key: POLICY_KEY },
    spans.endedPolicies.map(({ pairDigest, protocol, start, end, untilSeq }) => [
      ...[pairDigest, protocol, start, end, untilSeq],
    ]),
  );
  await endRows(
    manager,
    { table: 'standing_span', key: STANDING_KEY },
    spans.endedStanding.map(({ keyDigest, untilSeq }) => [keyDigest, untilSeq]),
  );
  await insertRows(manager, PolicySpanEntity, spans.policies);
  await insertRows(manager, StandingSpanEntity, spans.standing);
}

type Key = readonly { readonly column: string; readonly type: string }[];
const POLICY_KEY: Key = [
  { column: 'pair_digest', type: 'text' },
  { column: 'protocol', type: 'text' },
  { column: 'start_port', type: 'integer' },
  { column: 'end_port', type: 'integer' },
];
const STANDING_KEY: Key = [{ column: 'key_digest', type: 'text' }];

/** So many rows are ended by one statement. */
const ROWS = 250;

/** Ends spans that stand, however many, each by the columns of its key and the change behind them; with a rest between portions. */
async function endRows(
  manager: EntityManager,
  { table, key }: { readonly table: string; readonly key: Key },
  ended: readonly (readonly (string | number)[])[],
): Promise<void> {
  const onPostgres = isPostgres(manager);
  const member = (i: number, type: string) => `CAST(ended.value ->> ${i} AS ${type})`;
  const rows = onPostgres ? 'json_array_elements($1)' : 'json_each(?)';
  const matches = key.map(({ column, type }, i) => `"${table}"."${column}" = ${member(i, type)}`);
  const update = `UPDATE "${table}" SET "until_seq" = ${member(key.length, 'bigint')} FROM ${rows} AS ended
    WHERE ${matches.join(' AND ')} AND "${table}"."until_seq" = ${STILL}`;
  const pace = new Pace();
  for (let from = 0; from < ended.length; from += ROWS) {
    await manager.query(update, [JSON.stringify(ended.slice(from, from + ROWS))]);
    await pace.rest();
  }
}
