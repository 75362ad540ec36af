import { rm } from 'node:fs/promises';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database';
import { isPostgres } from '../dialect';
import { TABLES_OF_THE_LOG, tableIn } from './compare-tables';

/** The schema that holds the tables beside the old ones. */
export const SHADOW = 'heddle_rebuild';

/** Where the tables beside the old ones are: a schema of the same database, or a file beside the file. */
export type ShadowPlace = { readonly databaseUrl: string; readonly schema: string } | { readonly sqliteFile: string };

/** Makes room for new tables; what an earlier attempt left there goes. */
export async function clearShadow(database: Database, place: ShadowPlace): Promise<void> {
  if ('sqliteFile' in place) return removeFile(place.sqliteFile);
  await database.write(async (manager) => {
    await manager.query(`DROP SCHEMA IF EXISTS "${SHADOW}" CASCADE`);
    await manager.query(`CREATE SCHEMA "${SHADOW}"`);
  });
}

/** Lets statements on the old tables see the new ones, under {@link SHADOW}. */
export async function attachShadow(database: Database, place: ShadowPlace): Promise<void> {
  if ('sqliteFile' in place)
    await database.read((manager) => manager.query(`ATTACH DATABASE ? AS "${SHADOW}"`, [place.sqliteFile]));
}

/** Takes the new tables away, with what is in them. */
export async function dropShadow(database: Database, place: ShadowPlace, isAttached: boolean): Promise<void> {
  if ('sqliteFile' in place) {
    if (isAttached) await database.read((manager) => manager.query(`DETACH DATABASE "${SHADOW}"`));
    return removeFile(place.sqliteFile);
  }
  await database.write((manager) => manager.query(`DROP SCHEMA IF EXISTS "${SHADOW}" CASCADE`));
}

/** The schema that the old tables are in. */
export async function schemaOf(manager: EntityManager): Promise<string> {
  if (!isPostgres(manager)) return 'main';
  const [answer] = await manager.query<{ schema: string }[]>('SELECT current_schema() AS schema');
  return answer?.schema ?? 'public';
}

/**
 * Puts new tables in the place of old ones, within the caller's transaction. On PostgreSQL they change their schema; SQLite knows no
 * such thing across files, so there the rows are copied.
 * @param names those whose rows differ: to copy the others would take long, and change nothing
 */
export async function swapTables(manager: EntityManager, schema: string, names: readonly string[]): Promise<void> {
  for (const entity of TABLES_OF_THE_LOG) {
    const metadata = manager.connection.getMetadata(entity);
    if (!names.includes(metadata.tableName)) continue;
    const [old, fresh] = [tableIn(schema, metadata), tableIn(SHADOW, metadata)];
    if (isPostgres(manager)) {
      await manager.query(`DROP TABLE ${old}`);
      await manager.query(`ALTER TABLE ${fresh} SET SCHEMA "${schema}"`);
    } else {
      const columns = metadata.columns.map(({ databaseName }) => `"${databaseName}"`).join();
      await manager.query(`DELETE FROM ${old}`);
      await manager.query(`INSERT INTO ${old} (${columns}) SELECT ${columns} FROM ${fresh}`);
    }
  }
}

async function removeFile(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
}
