import type { EntityManager } from 'typeorm';
import { isPostgres } from '../dialect';
import { TABLES_OF_THE_LOG } from './tables-of-the-log';

/** An index, and the statement that makes it again. */
interface DroppedIndex {
  readonly drop: string;
  readonly make: string;
}

/**
 * Takes their indexes from the tables of the log, which are to be filled: to sort a million rows at once takes a fraction of the time
 * that it takes to find each one's place. Those that SQLite makes for a key by itself stay; it would have to copy the table.
 * @returns the statements that make them again
 */
export async function takeIndexes(manager: EntityManager): Promise<string[]> {
  const names = TABLES_OF_THE_LOG.map(({ entity }) => manager.connection.getMetadata(entity).tableName);
  return isPostgres(manager) ? onPostgres(manager, names) : onSqlite(manager, names);
}

async function onSqlite(manager: EntityManager, tables: readonly string[]): Promise<string[]> {
  const indexes = await manager.query<{ name: string; sql: string }[]>(
    `SELECT name, sql FROM sqlite_master
      WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(tables)],
  );
  return dropAll(
    manager,
    indexes.map(({ name, sql }) => ({ drop: `DROP INDEX "${name}"`, make: sql })),
  );
}

/** Keys first, and then the indexes that are left: each key has one that goes with it. Planning wants to know what the tables hold. */
async function onPostgres(manager: EntityManager, tables: readonly string[]): Promise<string[]> {
  const keys = await manager.query<DroppedIndex[]>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
      FROM pg_constraint
      WHERE conrelid = ANY(SELECT format('%I.%I', current_schema(), name)::regclass FROM unnest($1::text[]) AS name)
        AND contype IN ('p', 'u', 'x')`,
    [tables],
  );
  const makeKeys = await dropAll(manager, keys);
  const indexes = await manager.query<DroppedIndex[]>(
    `SELECT format('DROP INDEX %I.%I', schemaname, indexname) AS drop, indexdef AS make
      FROM pg_indexes WHERE schemaname = current_schema() AND tablename = ANY($1)`,
    [tables],
  );
  const makeIndexes = await dropAll(manager, indexes);
  return [...makeKeys, ...makeIndexes, ...tables.map((table) => `ANALYZE "${table}"`)];
}

async function dropAll(manager: EntityManager, indexes: readonly DroppedIndex[]): Promise<string[]> {
  for (const { drop } of indexes) await manager.query(drop);
  return indexes.map(({ make }) => make);
}
