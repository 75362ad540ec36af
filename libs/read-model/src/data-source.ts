import { DataSource } from 'typeorm';
import * as entities from './entities';
import { CellsNamingSpaces1764800000000 } from './migrations/cells-naming-spaces';
import { ChangeAddresses1764050000000 } from './migrations/change-addresses';
import { EndsOfPolicies1764600000000 } from './migrations/ends-of-policies';
import { EnforcedStretches1764400000000 } from './migrations/enforced-stretches';
import { FirstTables1763800000000 } from './migrations/first-tables';
import { FlowsCut1764100000000 } from './migrations/flows-cut';
import { LeaseHistory1764300000000 } from './migrations/lease-history';
import { PlacementsInTime1764700000000 } from './migrations/placements-in-time';
import { SecurityGroups1763900000000 } from './migrations/security-groups';
import { WhatStoodWhen1764500000000 } from './migrations/what-stood-when';
import { runOffThread } from './off-thread-query-runner';

/** How long a statement may take on PostgreSQL, waiting for locks included, in ms. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** How long PostgreSQL may take to answer a new connection, in ms. */
const CONNECT_TIMEOUT_MS = 5_000;

/** How long SQLite waits for another process to let go of the file, in ms. */
const BUSY_TIMEOUT_MS = 5_000;

const shared = {
  entities: Object.values(entities),
  migrations: [
    FirstTables1763800000000,
    SecurityGroups1763900000000,
    ChangeAddresses1764050000000,
    FlowsCut1764100000000,
    LeaseHistory1764300000000,
    EnforcedStretches1764400000000,
    WhatStoodWhen1764500000000,
    EndsOfPolicies1764600000000,
    PlacementsInTime1764700000000,
    CellsNamingSpaces1764800000000,
  ],
  migrationsTableName: 'read_model_migration',
  logging: false as const,
};

/**
 * Connections to PostgreSQL, not yet made. To the tables of a schema, if it is named: those that nobody reads yet. An index or a comparison
 * may take long there, and what a crash takes from them is made anew; the commit that puts them in their place vouches for all of it.
 */
export function postgresDataSource(url: string, schema?: string): DataSource {
  return new DataSource({
    ...shared,
    type: 'postgres',
    url,
    applicationName: 'heddle-read-model',
    installExtensions: false,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    // A connection that broke while nobody used it is replaced by the pool; whoever uses a broken one is told.
    poolErrorHandler: () => undefined,
    extra: {
      keepAlive: true,
      ...(schema === undefined
        ? { statement_timeout: STATEMENT_TIMEOUT_MS }
        : { options: `-c search_path=${schema} -c synchronous_commit=off` }),
      // A process that stops in the middle of a transaction must not keep the cursor locked for the others.
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    },
  });
}

/** How a file is written that is thrown away when anything goes wrong. */
const UNSAFE = ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -65536'];
/**
 * The tables are also the second copy of every event, so a commit waits for the disk. Every event has its place in several indexes: their
 * pages stay in memory (KiB), and go from the journal to their places when there is much of it (pages of 4 KiB); with SQLite's own figures,
 * 2 MB and 4 MB, catching up with a log wrote nearly everything twice.
 */
const SAFE = ['journal_mode = WAL', 'synchronous = FULL', 'cache_size = -32768', 'wal_autocheckpoint = 8000'];

/** The connection to a SQLite file, not yet made. Its statements run on another thread. */
export function sqliteDataSource(file: string, isThrownAway = false): DataSource {
  const dataSource = new DataSource({
    ...shared,
    type: 'better-sqlite3',
    database: file,
    driver: libsql(),
    timeout: BUSY_TIMEOUT_MS,
    prepareDatabase: async (connection: { pragma(text: string): Promise<unknown> }) => {
      for (const setting of isThrownAway ? UNSAFE : SAFE) await connection.pragma(setting);
    },
  });
  return runOffThread(dataSource);
}

/** A driver much like better-sqlite3 that comes compiled, with promises. */
function libsql(): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- TypeORM wants the module itself, and it has no types of use here
  return require('libsql/promise');
}
