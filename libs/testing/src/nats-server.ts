import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from 'nats';
import {
  connectNats,
  type NatsServer,
  type NatsServerOptions,
  type NatsUsers,
  startNatsServer,
} from '@heddle/platform';

/** A real nats-server of a test's own, on a free port, in a directory of its own. */
export interface TestNats {
  /** Where it listens; the same after {@link TestNats.restart}. */
  readonly url: string;
  readonly port: number;
  readonly users: NatsUsers;
  /** The directory its store lies in, under `nats/`. */
  readonly dataDir: string;
  /** Connects as one of the users; the connection is closed by {@link TestNats.stop} at the latest. */
  connect(user?: keyof NatsUsers): Promise<NatsConnection>;
  /** Ends the server as a crash would (SIGKILL). It stays down until {@link TestNats.restart}. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and store, after {@link TestNats.kill} or as an orderly restart. */
  restart(): Promise<void>;
  /** Closes the connections, ends the server and removes its directory. */
  stop(): Promise<void>;
}

/** Reply subjects of `cell` lie below this, since its rights name it; `control` may use any. */
const INBOX_PREFIXES = { control: '_INBOX', cell: '_INBOX_CELL' } as const;

/** Starts a {@link TestNats}; the test ends it with `stop`. */
export async function startTestNats(options: Omit<NatsServerOptions, 'dataDir'> = {}): Promise<TestNats> {
  const dataDir = await mkdtemp(join(tmpdir(), 'heddle-nats-'));
  const connections: NatsConnection[] = [];
  let server: NatsServer | undefined;
  try {
    server = await startNatsServer({ ...options, dataDir });
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
  const { url, port, users } = server;

  const end = async (signal: NodeJS.Signals) => {
    await server?.stop(signal);
    server = undefined;
  };
  return {
    url,
    port,
    users,
    dataDir,
    async connect(user = 'control') {
      const name = `test as ${user}`;
      const connection = await connectNats({
        servers: url,
        ...users[user],
        name,
        inboxPrefix: INBOX_PREFIXES[user],
        withinMs: 10_000,
      });
      connections.push(connection);
      return connection;
    },
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      server = await startNatsServer({ ...options, dataDir });
      if (server.port !== port) throw new Error(`port ${port} was taken by another program while the server was down`);
    },
    async stop() {
      await Promise.all(connections.map((connection) => connection.close()));
      await end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
