import { join } from 'node:path';
import { FatalError, messageOf } from '../errors';
import { ensureDataDirectory, writeFileAtomically } from '../files';
import { createLogger, type Logger } from '../logging';
import { connectNats } from './connect-nats';
import { freeLoopbackPort } from './loopback-port';
import { ensureNatsUsers, type NatsUsers } from './nats-users';
import { type ServerChild, spawnServer } from './server-child';
import { renderServerConfiguration } from './server-configuration';
import { findServerProgram, type ServerProgram } from './server-program';
import { endOrphan, readServerRecord, writeServerRecord } from './server-record';
import { claimStore } from './store-claim';
import { supervise } from './supervise';

/** What an embedded server is started with. */
export interface NatsServerOptions {
  /** The server keeps its store, configuration and passwords in `<dataDir>/nats`. */
  readonly dataDir: string;
  /** The server's program, by name or path; `nats-server` without it. */
  readonly command?: string;
  /** The largest message it takes, in bytes; as large as an event can be without it. */
  readonly maxPayloadBytes?: number;
  /** Stops the server, also while it starts. */
  readonly signal?: AbortSignal;
  /** Where ends and restarts are told; nowhere without it. */
  readonly log?: Logger;
}

/** A nats-server that runs as a child of this process, and is started again when it ends by itself. */
export interface NatsServer {
  /** Where it listens, without user and password; the same as long as the store exists and the port is free. */
  readonly url: string;
  readonly port: number;
  readonly users: NatsUsers;
  /** What the server's program says its version is: `2.9.10`. */
  readonly version: string;
  /** Whether an acknowledged message also survives a crash of the machine: see docs/adr/0002. */
  readonly syncsAlways: boolean;
  /** The process that runs now, or ran last. */
  pid(): number;
  /** Calls the listener after each restart with the new process, until the function it returns is called. */
  onRestarted(listener: (pid: number) => void): () => void;
  /** Ends the server and waits for it: SIGTERM unless told otherwise, and SIGKILL after 5 s. The store can then be used again. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A store of a million events takes seconds to be read again; the server listens only after that. */
const READY_WITHIN_MS = 120_000;

/**
 * Starts an embedded nats-server on a loopback port and waits until it answers.
 * @throws {FatalError} when there is no usable nats-server, the data directory cannot be written, another process runs a server
 * on it, or the server ends at start.
 * @throws the reason of the signal when it was aborted.
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { command = 'nats-server', signal, log = createLogger({ name: 'nats-server', level: 'silent' }) } = options;
  signal?.throwIfAborted();
  const directory = await ensureDataDirectory(join(await ensureDataDirectory(options.dataDir), 'nats'));
  const program = await findServerProgram(command);
  const claim = await claimStore(directory);
  try {
    const previous = await readServerRecord(directory);
    if (previous) await endOrphan(previous);
    const users = await ensureNatsUsers(directory);
    const port = await freeLoopbackPort(previous?.port);
    const configPath = await writeConfiguration({
      directory,
      port,
      users,
      program,
      maxPayloadBytes: options.maxPayloadBytes,
    });
    const launch = (stopping: AbortSignal) =>
      launchServer({ directory, configPath, program, port, users, log, stopping });
    const supervised = supervise(await launch(signal ?? new AbortController().signal), launch, log);
    const stop = once(async (how: NodeJS.Signals) => {
      signal?.removeEventListener('abort', stopOnAbort);
      await supervised.stop(how);
      await claim.release();
    });
    const stopOnAbort = () => {
      stop('SIGTERM').catch((error: unknown) =>
        log.error({ reason: messageOf(error) }, 'nats-server could not be stopped'),
      );
    };
    signal?.addEventListener('abort', stopOnAbort, { once: true });
    return {
      url: urlOf(port),
      port,
      users,
      version: program.version,
      syncsAlways: program.canSyncAlways,
      pid: supervised.pid,
      onRestarted: supervised.onRestarted,
      stop: (how = 'SIGTERM') => stop(how),
    };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

async function writeConfiguration(server: {
  directory: string;
  port: number;
  users: NatsUsers;
  program: ServerProgram;
  maxPayloadBytes: number | undefined;
}) {
  const { directory: storeDirectory, port, users, program, maxPayloadBytes } = server;
  const path = join(storeDirectory, 'nats.conf');
  const syncsAlways = program.canSyncAlways;
  await writeFileAtomically(
    path,
    renderServerConfiguration({ port, storeDirectory, users, syncsAlways, maxPayloadBytes }),
    0o600,
  );
  return path;
}

/** One start: the process, its record, and its first answer. */
async function launchServer(start: {
  directory: string;
  configPath: string;
  program: ServerProgram;
  port: number;
  users: NatsUsers;
  log: Logger;
  stopping: AbortSignal;
}): Promise<ServerChild> {
  const { port, users, stopping } = start;
  const child = await spawnServer(start.program, start.configPath, start.log);
  const gone = new AbortController();
  void child.ended.then((how) =>
    gone.abort(new FatalError(`nats-server ended at start (${how}): ${child.lastWords()}`)),
  );
  try {
    await writeServerRecord(start.directory, { port, server: child.identity });
    const signal = AbortSignal.any([stopping, gone.signal]);
    const connection = await connectNats({
      servers: urlOf(port),
      ...users.control,
      name: 'heddle readiness',
      withinMs: READY_WITHIN_MS,
      signal,
    });
    await connection.close();
    return child;
  } catch (error) {
    start.log.debug({ error: messageOf(error) }, 'nats-server is ended, since it did not become ready');
    await child.end('SIGTERM');
    throw error;
  }
}

function urlOf(port: number): string {
  return `nats://127.0.0.1:${port}`;
}

/** Only the first call does anything; all get its result. A second stop must not release what another has claimed since. */
function once<Argument, Result>(act: (argument: Argument) => Promise<Result>): (argument: Argument) => Promise<Result> {
  let result: Promise<Result> | undefined;
  return (argument) => (result ??= act(argument));
}
