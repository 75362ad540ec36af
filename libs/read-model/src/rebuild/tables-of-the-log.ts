import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import {
  EventAppEntity,
  EventEntity,
  EventLeaseEntity,
  GroupSpaceEntity,
  LeaseEntity,
  PolicyEntity,
  PolicySpanEntity,
  SecurityGroupEntity,
  StandingSpanEntity,
  TagEntity,
} from '../entities';

/** A table that the log alone makes. */
export interface TableOfTheLog {
  readonly entity: EntityTarget<ObjectLiteral>;
  /** The column with the change that made a row, where the table grows with the log; without it the table holds what stands. */
  readonly since?: string;
  /** The column with the change that ended it; nothing else of such a row is ever altered. */
  readonly until?: string;
}

const SPANS = { since: 'from_seq', until: 'until_seq' };

/** The others hold what cells reported, which is not kept for ever. */
export const TABLES_OF_THE_LOG: readonly TableOfTheLog[] = [
  { entity: EventEntity, since: 'seq' },
  { entity: EventAppEntity, since: 'seq' },
  { entity: EventLeaseEntity, since: 'seq' },
  { entity: PolicyEntity },
  { entity: TagEntity },
  { entity: LeaseEntity },
  { entity: SecurityGroupEntity },
  { entity: GroupSpaceEntity },
  { entity: PolicySpanEntity, ...SPANS },
  { entity: StandingSpanEntity, ...SPANS },
];

/** A table by its schema. */
export function tableIn(schema: string, { tableName }: EntityMetadata): string {
  return `"${schema}"."${tableName}"`;
}
