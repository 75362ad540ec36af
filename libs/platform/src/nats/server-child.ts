import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { FatalError, messageOf } from '../errors';
import type { Logger } from '../logging';
import { identifyProcess, type ProcessIdentity } from '../processes';
import { sleep } from '../time';
import type { ServerProgram } from './server-program';

/** A running nats-server. */
export interface ServerChild {
  readonly identity: ProcessIdentity;
  /** Resolves when it has ended, with how: `signal SIGKILL` or `exit code 1`. Never rejects. */
  readonly ended: Promise<string>;
  /** The newest lines it wrote. */
  lastWords(): string;
  /** Sends the signal, SIGKILL too if it is still there after 5 s, and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

const PATIENCE_MS = 5_000;
const WORDS_KEPT = 5;

/**
 * Starts the server with a configuration file. It does not belong to the terminal's process group, so that Ctrl-C ends
 * the programs that use it first.
 * @throws {FatalError} when the system cannot start it.
 */
export async function spawnServer(program: ServerProgram, configPath: string, log: Logger): Promise<ServerChild> {
  const [file, ...args] = program.command;
  const child = spawn(file, [...args, '-c', configPath], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: program.environment,
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  const lastWords = forwardLines(child.stderr, log);
  const pid = await spawned(child);
  return {
    identity: identifyProcess(pid) ?? { pid, startedAt: null },
    ended,
    lastWords: () => lastWords.join('; '),
    async end(signal) {
      child.kill(signal);
      const patience = new AbortController();
      const outcome = await Promise.race([ended, sleep(PATIENCE_MS, patience.signal).catch(() => undefined)]);
      patience.abort();
      if (outcome === undefined) child.kill('SIGKILL');
      await ended;
    },
  };
}

async function spawned(child: ChildProcess): Promise<number> {
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new FatalError(
      `nats-server cannot be started (${messageOf(error)}): see whether the machine has room for it`,
      {
        cause: error,
      },
    );
  }
  return child.pid as number;
}

/** Logs what the server writes, and keeps the newest lines. */
function forwardLines(output: Readable, log: Logger): readonly string[] {
  const words: string[] = [];
  createInterface({ input: output }).on('line', (line) => {
    // `[1234] 2024/01/31 09:00:00.000000 [ERR] text`: number and time are in the log already.
    const [, level = '', text = line] = /^\[\d+\] \S+ \S+ \[([A-Z]{3})\] (.*)$/.exec(line) ?? [];
    words.push(text);
    if (words.length > WORDS_KEPT) words.shift();
    log[levelOf(level, text)]({ natsServer: text }, 'nats-server says');
  });
  return words;
}

/** What it warns of at every start, and is wanted. */
const WANTED = [
  // They are random, and lie in a file only its owner can read: docs/adr/0002.
  /^Plaintext passwords/,
  // A body of 10 MiB is one event: docs/adr/0021.
  /^Maximum payloads over \S+ MB are generally discouraged/,
];

/** At which level a line of the server is logged. @param level as it writes it: `INF`, `WRN`, … */
export function levelOf(level: string, text: string): 'error' | 'warn' | 'debug' {
  if (level === 'ERR' || level === 'FTL') return 'error';
  return level === 'WRN' && !WANTED.some((pattern) => pattern.test(text)) ? 'warn' : 'debug';
}
