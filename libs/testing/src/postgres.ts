import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);

/** Where Debian keeps the programs of each PostgreSQL version. */
const DEBIAN_ROOT = '/usr/lib/postgresql';
/** How long initdb, and how long the server, may take until they are done or ready, in ms. */
const START_TIMEOUT_MS = 60_000;
/** How long a stopping server may take before it is killed, in ms. */
const STOP_TIMEOUT_MS = 10_000;

/** A PostgreSQL server of one test run. */
export interface RunningPostgres {
  /** The superuser's URL of the database `postgres`. */
  readonly url: string;
  /**
   * Makes an empty database and gives its URL.
   * @param clauses what to add to `CREATE DATABASE <name>`.
   */
  createDatabase(clauses?: string): Promise<string>;
  /** Ends the server and removes everything it wrote. */
  stop(): Promise<void>;
}

/** The directory with `initdb` and `postgres` of the newest version installed, `undefined` when there is none. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(DEBIAN_ROOT) ? readdirSync(DEBIAN_ROOT).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(DEBIAN_ROOT, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** Starts a PostgreSQL server of its own on a free port of 127.0.0.1. Nothing it writes is synced: it is for tests alone. */
export async function startPostgres(): Promise<RunningPostgres> {
  const bin = postgresPrograms();
  if (bin === undefined)
    throw new Error(`PostgreSQL is not installed under ${DEBIAN_ROOT}: apt-get install postgresql`);
  const directory = await mkdtemp(join(tmpdir(), 'heddle-postgres-'));
  try {
    const owner = await unprivileged();
    if (owner) await chown(directory, owner.uid, owner.gid);
    const data = join(directory, 'data');
    await run(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'heddle', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      {
        ...owner,
        cwd: directory,
        timeout: START_TIMEOUT_MS,
      },
    );
    const port = await freePort();
    const settings = ['fsync=off', 'synchronous_commit=off', 'listen_addresses=127.0.0.1', `port=${port}`];
    const server = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-k', directory, ...settings.flatMap((setting) => ['-c', setting])],
      { ...owner, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    return await serving(server, directory, port);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function serving(server: ChildProcess, directory: string, port: number): Promise<RunningPostgres> {
  const said: string[] = [];
  server.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const urlOf = (database: string) => `postgres://heddle@127.0.0.1:${port}/${database}`;
  const url = urlOf('postgres');
  let databases = 0;
  const stop = async () => {
    await end(server);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await untilReady(server, url, said);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    stop,
    async createDatabase(clauses = '') {
      const name = `heddle_${++databases}`;
      await query(url, `CREATE DATABASE ${name} ${clauses}`);
      return urlOf(name);
    },
  };
}

async function untilReady(server: ChildProcess, url: string, said: readonly string[]): Promise<void> {
  for (const deadline = Date.now() + START_TIMEOUT_MS; ; await sleep(50)) {
    try {
      return await query(url, 'SELECT 1');
    } catch (cause) {
      const ended = server.exitCode !== null || server.signalCode !== null;
      if (ended || Date.now() > deadline)
        throw new Error(`PostgreSQL did not get ready; it said: ${said.join('')}`, { cause });
    }
  }
}

async function query(connectionString: string, text: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1000 });
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  // SIGINT asks for PostgreSQL's fast shutdown: connections are cut, nothing is waited for.
  server.kill('SIGINT');
  const killing = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(killing);
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (kind: '-u' | '-g') => Number((await run('id', [kind, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
