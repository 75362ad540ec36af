import type { EntityManager, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
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
import type { RowsFound, TableComparison } from '../read-model';

/** The tables that the log alone makes; the others hold what cells reported, which is not kept for ever. */
export const TABLES_OF_THE_LOG: readonly EntityTarget<ObjectLiteral>[] = [
  EventEntity,
  EventAppEntity,
  EventLeaseEntity,
  PolicyEntity,
  TagEntity,
  LeaseEntity,
  SecurityGroupEntity,
  GroupSpaceEntity,
  PolicySpanEntity,
  StandingSpanEntity,
];

/** So many rows of each kind are named. */
const MOST_NAMED = 10;

/** What differs between the tables in one schema and those in another, which are right. */
export async function compareTables(manager: EntityManager, held: string, right: string): Promise<TableComparison[]> {
  const comparisons: TableComparison[] = [];
  for (const entity of TABLES_OF_THE_LOG) {
    const metadata = manager.connection.getMetadata(entity);
    const [own, other] = [tableIn(held, metadata), tableIn(right, metadata)];
    if (await areEqual(manager, metadata, own, other)) {
      comparisons.push({ table: metadata.tableName, missing: NONE, extra: NONE, different: NONE });
      continue;
    }
    comparisons.push({
      table: metadata.tableName,
      missing: await rowsOf(
        manager,
        metadata,
        `${other} a WHERE NOT EXISTS (SELECT 1 FROM ${own} b WHERE ${sameKey(metadata)})`,
      ),
      extra: await rowsOf(
        manager,
        metadata,
        `${own} a WHERE NOT EXISTS (SELECT 1 FROM ${other} b WHERE ${sameKey(metadata)})`,
      ),
      different: await rowsOf(
        manager,
        metadata,
        `${own} a JOIN ${other} b ON ${sameKey(metadata)} WHERE ${isOther(metadata)}`,
      ),
    });
  }
  return comparisons;
}

/** Whether nothing differs. */
export function isEqual({ missing, extra, different }: TableComparison): boolean {
  return missing.count + extra.count + different.count === 0;
}

const NONE: RowsFound = { count: 0, keys: [] };

/** As good as always they are, and that is found by one pass: as many rows are the same as there are in each. */
async function areEqual(
  manager: EntityManager,
  metadata: EntityMetadata,
  own: string,
  other: string,
): Promise<boolean> {
  const [held, right] = [await countOf(manager, own), await countOf(manager, other)];
  if (held !== right) return false;
  return (
    held ===
    (await countOf(manager, `${own} a JOIN ${other} b ON ${sameKey(metadata)} WHERE NOT (${isOther(metadata)})`))
  );
}

async function countOf(manager: EntityManager, from: string): Promise<number> {
  const [counted] = await manager.query<{ n: string | number }[]>(`SELECT count(*) AS n FROM ${from}`);
  return Number(counted?.n);
}

/** A table by its schema. */
export function tableIn(schema: string, { tableName }: EntityMetadata): string {
  return `"${schema}"."${tableName}"`;
}

async function rowsOf(manager: EntityManager, metadata: EntityMetadata, from: string): Promise<RowsFound> {
  const count = await countOf(manager, from);
  if (count === 0) return { count, keys: [] };
  const names = keyOf(metadata);
  const key = names.map((name) => `a.${name}`).join();
  const rows = await manager.query<object[]>(`SELECT ${key} FROM ${from} ORDER BY ${key} LIMIT ${MOST_NAMED}`);
  return { count, keys: rows.map((row) => Object.values(row).join(' ')) };
}

function sameKey(metadata: EntityMetadata): string {
  return keyOf(metadata)
    .map((name) => `a.${name} = b.${name}`)
    .join(' AND ');
}

/** A table that is nothing but its key has no rows that differ. */
function isOther({ nonVirtualColumns }: EntityMetadata): string {
  const others = nonVirtualColumns.filter(({ isPrimary }) => !isPrimary).map(({ databaseName }) => `"${databaseName}"`);
  return others.map((name) => `a.${name} IS DISTINCT FROM b.${name}`).join(' OR ') || '1 = 0';
}

function keyOf({ primaryColumns }: EntityMetadata): string[] {
  return primaryColumns.map(({ databaseName }) => `"${databaseName}"`);
}
