import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { errorCodeOf, FatalError, messageOf } from '../errors';

const run = promisify(execFile);

/** How the server is started on this machine. */
export interface ServerProgram {
  /** The command and the arguments that come before those of the server. */
  readonly command: readonly [string, ...string[]];
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  /** Whether it knows `sync_interval: always`; an older server refuses a configuration that says so. */
  readonly canSyncAlways: boolean;
}

type Version = readonly [major: number, minor: number, patch: number];

/** The oldest one everything was tried with: Debian 12 has it. */
const OLDEST: Version = [2, 9, 10];
const SYNC_ALWAYS_SINCE: Version = [2, 10, 0];
const ANSWER_WITHIN_MS = 10_000;

/** Debian puts the server into a directory that is not on the path of ordinary users. */
const MORE_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Makes the kernel send SIGTERM to the server when the program that started it dies, even by SIGKILL. Part of util-linux. */
const TIED_TO_PARENT = ['setpriv', '--pdeathsig', 'TERM'] as const;

/**
 * Finds the server and asks its version.
 * @param name the program, by name or path.
 * @throws {FatalError} when it is not installed, or too old.
 */
export async function findServerProgram(name: string): Promise<ServerProgram> {
  const environment = { ...process.env, PATH: [process.env.PATH, ...MORE_DIRECTORIES].join(':') };
  const tied = [...TIED_TO_PARENT, name] as const;
  const answer = await versionAnswer(tied, environment).catch(() => undefined);
  const version = answer ?? (await versionAnswer([name], environment).catch((error) => notInstalled(name, error)));
  const numbers = parseVersion(version);
  if (!numbers || isBefore(numbers, OLDEST)) {
    throw new FatalError(
      `${name} calls itself '${version}', but Heddle needs nats-server ${OLDEST.join('.')} or newer: update it, or set NATS_URL to a newer one`,
    );
  }
  return {
    command: answer === undefined ? [name] : tied,
    environment,
    version: numbers.join('.'),
    canSyncAlways: !isBefore(numbers, SYNC_ALWAYS_SINCE),
  };
}

async function versionAnswer([file, ...args]: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await run(file, [...args, '--version'], { env, timeout: ANSWER_WITHIN_MS });
  return stdout.trim();
}

function notInstalled(name: string, error: unknown): never {
  throw new FatalError(
    errorCodeOf(error) === 'ENOENT'
      ? `${name} is not installed: install it (Debian: apt-get install nats-server), or set NATS_URL to one that runs elsewhere`
      : `${name} cannot be started (${messageOf(error)}): repair it, or set NATS_URL to one that runs elsewhere`,
    { cause: error },
  );
}

/** Reads `nats-server: v2.9.10`. */
function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = /v(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  return patch === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

function isBefore(one: Version, other: Version): boolean {
  const differing = one.findIndex((number, i) => number !== other[i]);
  return differing >= 0 && (one[differing] as number) < (other[differing] as number);
}
