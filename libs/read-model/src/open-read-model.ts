import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { ensureDataDirectory } from '@heddle/platform';
import { MigrationExecutor, type DataSource, type EntityManager } from 'typeorm';
import { changeQueries } from './change-queries';
import { cursorPosition } from './cursor';
import { postgresDataSource, sqliteDataSource } from './data-source';
import { Database } from './database';
import { isPostgres } from './dialect';
import { enforcementRecords } from './enforcement-records';
import { ReadModelUnavailable } from './errors';
import { groupQueries } from './group-queries';
import { leaseQueries } from './lease-queries';
import { logProjector } from './log-projector';
import { momentQueries } from './past/moment-queries';
import { pastOfPairs } from './past/past-of-pairs';
import { pastOfPolicies } from './past/past-of-policies';
import { pastOfStanding } from './past/past-of-standing';
import { wholeSpans } from './past/whole-spans';
import { placementQueries } from './placements/placement-queries';
import { policyQueries } from './policy-queries';
import { beginRebuild, clearLeftovers } from './rebuild/begin-rebuild';
import { SHADOW, type ShadowPlace } from './rebuild/shadow';
import type { ReadModel, ReadModelOptions } from './read-model';
import { asUnavailable } from './unavailable';

/**
 * Opens the read model and brings its tables up to date.
 * @throws {FatalError} when the database cannot be reached, written or migrated: one sentence, and what to do.
 */
export async function openReadModel({ signal, ...options }: ReadModelOptions): Promise<ReadModel> {
  signal?.throwIfAborted();
  const opening = openForUse(options);
  const database = await unlessAborted(opening, options.databaseUrl === undefined, signal);
  return {
    ...policyQueries(database),
    ...leaseQueries(database),
    ...groupQueries(database),
    ...changeQueries(database),
    ...enforcementRecords(database),
    ...placementQueries(database),
    ...pastOfPolicies(database),
    ...wholeSpans(database),
    ...pastOfPairs(database),
    ...pastOfStanding(database),
    ...momentQueries(database),
    projector: () => logProjector(database),
    beginRebuild: () => beginRebuild(database, shadowPlace(options), openDatabase),
    cursor: (name) => database.read((manager) => cursorPosition(manager, name)),
    close: () => database.close(),
  };
}

/** What a rebuild left behind goes: it may be as large as the tables, and nobody may ever ask for another one. */
async function openForUse(options: ReadModelOptions): Promise<Database> {
  const database = await openDatabase(options);
  try {
    await clearLeftovers(database, shadowPlace(options));
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function shadowPlace({ databaseUrl, sqliteFile }: ReadModelOptions): ShadowPlace {
  if (databaseUrl !== undefined) return { databaseUrl, schema: SHADOW };
  const besideFile = resolve(sqliteFile ?? '');
  return { sqliteFile: `${besideFile}.rebuild`, besideFile };
}

async function openDatabase(options: ReadModelOptions | ShadowPlace): Promise<Database> {
  const { dataSource, place } = await dataSourceOf(options);
  try {
    await dataSource.initialize();
  } catch (error) {
    throw asUnavailable(error, place) ?? error;
  }
  const database = new Database(dataSource, place);
  try {
    if (isPostgres(dataSource.manager)) await refuseOtherEncodings(dataSource, place);
    await database.write(migrate);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The connections to make, and what to call the database in an error: nothing secret. */
async function dataSourceOf({
  databaseUrl,
  sqliteFile,
  schema,
  besideFile,
}: ReadModelOptions & { schema?: string; besideFile?: string }): Promise<{ dataSource: DataSource; place: string }> {
  if (databaseUrl !== undefined) {
    const { protocol, host, pathname } = URL.canParse(databaseUrl) ? new URL(databaseUrl) : { protocol: '' };
    if (protocol !== 'postgres:' && protocol !== 'postgresql:')
      throw new ReadModelUnavailable(
        'DATABASE_URL is not of the form postgres://user:password@host:port/database: correct it',
      );
    return { dataSource: postgresDataSource(databaseUrl, schema), place: `PostgreSQL ${host}${pathname}` };
  }
  if (sqliteFile === undefined) throw new TypeError('openReadModel needs a database URL or a SQLite file');
  const file = resolve(sqliteFile);
  await ensureDataDirectory(dirname(file));
  return { dataSource: sqliteDataSource(file, besideFile !== undefined), place: `SQLite file ${file}` };
}

/** Ids are Unicode: in a database of another encoding some of them could not be written. */
async function refuseOtherEncodings(dataSource: DataSource, place: string): Promise<void> {
  const [answer] = await dataSource.query<{ server_encoding: string }[]>('SHOW server_encoding');
  if (answer?.server_encoding !== 'UTF8')
    throw new ReadModelUnavailable(
      `${place} is encoded in ${answer?.server_encoding}: create the database with ENCODING 'UTF8'`,
    );
}

/** Any constant will do, as long as it stays: it names the lock under which one process at a time migrates. */
const MIGRATION_LOCK = 0x6865_6464;

/** All pending migrations in one transaction. On SQLite that alone keeps a second process waiting. */
async function migrate(manager: EntityManager): Promise<void> {
  if (isPostgres(manager)) await manager.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  const executor = new MigrationExecutor(manager.connection, manager.queryRunner);
  executor.transaction = 'none';
  await executor.executePendingMigrations();
}

/**
 * The opened database, or the signal's reason; what opens too late is closed again. That of SQLite before the caller goes on: two
 * connections of one process share the driver's threads, where the one that waits for the file can keep the other from leaving it.
 */
async function unlessAborted(opening: Promise<Database>, isFile: boolean, signal?: AbortSignal): Promise<Database> {
  if (!signal) return opening;
  const waiting = new AbortController();
  const aborted = once(signal, 'abort', { signal: waiting.signal }).then(() => Promise.reject(signal.reason as Error));
  try {
    return await Promise.race([opening, aborted]);
  } catch (error) {
    if (signal.aborted) {
      const closing = opening.then((database) => database.close()).catch(() => undefined);
      if (isFile) await closing;
    }
    throw error;
  } finally {
    waiting.abort();
    aborted.catch(() => undefined);
  }
}
