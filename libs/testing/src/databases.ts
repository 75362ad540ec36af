import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { postgresPrograms, startPostgres, type RunningPostgres } from './postgres';

/** Where an empty database is: what the read model is opened with. */
export type DatabaseLocation = { readonly databaseUrl: string } | { readonly sqliteFile: string };

/** One kind of database, started for a suite. */
export interface TestDatabases {
  readonly kind: 'SQLite' | 'PostgreSQL';
  /** A new, empty database; gone after the suite. */
  fresh(): Promise<DatabaseLocation>;
}

/** A suite that runs on SQLite and on PostgreSQL; on the latter it is skipped, and says so, where that is not installed. */
export function describeOnEachDatabase(name: string, suite: (databases: TestDatabases) => void): void {
  describe(`${name}, on SQLite`, () => suite(sqliteDatabases()));
  describeWithPostgres(`${name}, on PostgreSQL`, (server) =>
    suite({ kind: 'PostgreSQL', fresh: async () => ({ databaseUrl: await server().createDatabase() }) }),
  );
}

/** A suite with a PostgreSQL server of its own. Where that is not installed it is skipped, and says so. */
export function describeWithPostgres(name: string, suite: (server: () => RunningPostgres) => void): void {
  let server: RunningPostgres;
  const body = () => {
    beforeAll(async () => {
      server = await startPostgres();
    }, 120_000);
    afterAll(() => server?.stop(), 30_000);
    suite(() => server);
  };
  if (postgresPrograms() !== undefined) return describe(name, body);
  process.stderr.write(`skipped: ${name} (PostgreSQL is not installed)\n`);
  describe.skip(`${name} (PostgreSQL is not installed)`, body);
}

/** How long SQLite waits for another process to let go of the file, in ms. */
const BUSY_TIMEOUT_MS = 30_000;

/** Runs a statement behind the back of whoever uses the database; gives its rows. */
export async function runStatement(location: DatabaseLocation, statement: string): Promise<unknown[]> {
  if ('databaseUrl' in location) {
    const client = new Client({ connectionString: location.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  }
  const connection = new (sqliteDriver())(location.sqliteFile, { timeout: BUSY_TIMEOUT_MS });
  try {
    const prepared = connection.prepare(statement);
    if (prepared.reader) return prepared.all();
    prepared.run();
    return [];
  } finally {
    connection.close();
  }
}

/** What is used of the driver of SQLite, which has no types of use here. */
type SqliteDriver = new (
  file: string,
  options: { timeout: number },
) => {
  prepare(sql: string): { readonly reader: boolean; all(): unknown[]; run(): void };
  close(): void;
};

function sqliteDriver(): SqliteDriver {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see SqliteDriver
  return require('libsql') as SqliteDriver;
}

function sqliteDatabases(): TestDatabases {
  let directory: string;
  let files = 0;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'heddle-sqlite-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return { kind: 'SQLite', fresh: async () => ({ sqliteFile: join(directory, `${++files}`, 'heddle.db') }) };
}
