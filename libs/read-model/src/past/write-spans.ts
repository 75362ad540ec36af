import type { EntityManager } from 'typeorm';
import { PolicySpanEntity, StandingSpanEntity } from '../entities';
import { endRows, type Columns } from './end-rows';
import { insertRows } from '../write-rows';
import type { Spans } from './spans';

/** What begins, to be written. */
export type BegunSpans = Pick<Spans, 'policies' | 'standing'>;

/** Writes what a batch ended and began. */
export async function writeSpans(manager: EntityManager, spans: Spans): Promise<void> {
  await endRows(
    manager,
    { table: 'policy_span', key: POLICY_KEY, end: UNTIL_SEQ },
    spans.endedPolicies.map(({ pairDigest, protocol, start, end, untilSeq }) => [
      ...[pairDigest, protocol, start, end, untilSeq],
    ]),
  );
  await endRows(manager, { table: 'standing_span', key: STANDING_KEY, end: UNTIL_SEQ }, [...spans.endedStanding]);
  await writeBegun(manager, spans);
}

/** Writes spans that the tables do not have. */
export async function writeBegun(manager: EntityManager, { policies, standing }: BegunSpans): Promise<void> {
  await insertRows(manager, PolicySpanEntity, policies);
  await insertRows(manager, StandingSpanEntity, standing);
}

const UNTIL_SEQ = { column: 'until_seq', type: 'bigint' };
const POLICY_KEY: Columns = [
  { column: 'pair_digest', type: 'text' },
  { column: 'protocol', type: 'text' },
  { column: 'start_port', type: 'integer' },
  { column: 'end_port', type: 'integer' },
];
const STANDING_KEY: Columns = [{ column: 'key_digest', type: 'text' }];
