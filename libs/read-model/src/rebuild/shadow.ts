import { rm } from 'node:fs/promises';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database';
import { isPostgres } from '../dialect';
import { tableIn, type TableOfTheLog } from './tables-of-the-log';
import { TwoTables, type Ahead, type Schemas } from './two-tables';

/** The schema that holds the tables beside the old ones. */
export const SHADOW = 'heddle_rebuild';

/** The file with the old tables, for statements by way of the new ones. */
const HELD = 'heddle_held';

/** Where the tables beside the old ones are: a schema of the same database, or a file beside the file. */
export type ShadowPlace =
  | { readonly databaseUrl: string; readonly schema: string }
  | { readonly sqliteFile: string; readonly besideFile: string };

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
 * Runs statements that see both kinds of tables by the connections of the new ones, so that whoever reads or writes the old ones does not
 * wait for them.
 */
export async function besideThoseInUse<Result>(
  { database, shadow, place }: { database: Database; shadow: Database; place: ShadowPlace },
  statements: (manager: EntityManager, schemas: Schemas) => Promise<Result>,
): Promise<Result> {
  if (!('sqliteFile' in place)) {
    const held = await database.read(schemaOf);
    return shadow.read((manager) => statements(manager, { held, right: SHADOW }));
  }
  return shadow.read(async (manager) => {
    await manager.query(`ATTACH DATABASE ? AS "${HELD}"`, [place.besideFile]);
    try {
      return await statements(manager, { held: HELD, right: 'main' });
    } finally {
      // A transaction of the new tables would ask for the right to write the old ones, too.
      await manager.query(`DETACH DATABASE "${HELD}"`);
    }
  });
}

/**
 * Puts new rows in the place of old ones, within the caller's transaction. On PostgreSQL tables change their schema; SQLite knows no such
 * thing across files, so there the rows that differ are written anew.
 */
export async function swapTables(
  manager: EntityManager,
  schemas: Schemas,
  differing: ReadonlyMap<TableOfTheLog, Ahead>,
): Promise<void> {
  for (const [table, ahead] of differing) {
    if (!isPostgres(manager)) {
      await new TwoTables(manager, table, schemas).mend(ahead);
      continue;
    }
    const metadata = manager.connection.getMetadata(table.entity);
    await manager.query(`DROP TABLE ${tableIn(schemas.held, metadata)}`);
    await manager.query(`ALTER TABLE ${tableIn(schemas.right, metadata)} SET SCHEMA "${schemas.held}"`);
  }
}

async function removeFile(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
}
