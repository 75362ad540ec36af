import { spawn } from 'node:child_process';
import { DataplaneUnavailable } from './dataplane-unavailable';

/** How long a command may take unless its caller says otherwise; `ip` needs milliseconds. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** How much of a command's complaint goes into the message. */
const SHOWN_CHARACTERS = 400;

/** The Debian package of each command that is used here. */
const PACKAGES: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  tc: 'iproute2',
  nft: 'nftables',
  'iptables-restore': 'iptables',
  'iptables-nft-restore': 'iptables',
  'iptables-legacy-restore': 'iptables',
  nsenter: 'util-linux',
};

/** A command ended with an error, or took too long. */
export class CommandFailed extends Error {
  constructor(
    readonly command: string,
    /** `null` when it did not end by itself. */
    readonly exitCode: number | null,
    /** What it wrote to standard error, or why it did not run. */
    readonly stderr: string,
    /** What it wrote to standard output before. */
    readonly stdout = '',
  ) {
    super(`${command}: ${stderr.trim().slice(0, SHOWN_CHARACTERS) || `ended with exit code ${exitCode}`}`);
    this.name = 'CommandFailed';
  }
}

/** What a command may be given. */
export interface CommandOptions {
  /** Text for its standard input; without it, standard input is empty. */
  readonly stdin?: string;
  readonly timeoutMs?: number;
}

/**
 * Runs a command to its end, without a shell.
 * @returns what it wrote to standard output
 * @throws {DataplaneUnavailable} when there is no such command on this machine.
 * @throws {CommandFailed} when it ends with anything but 0, or is killed because its time is over.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { stdin = '', timeoutMs = DEFAULT_TIMEOUT_MS }: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const shown = [command, ...args].join(' ');
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const child = spawn(command, args);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A command that ends before it has read everything breaks the pipe; its exit code tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(notRun(command, shown, error));
    });
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      const output = Buffer.concat(stdout).toString();
      if (exitCode === 0) return resolve(output);
      const words = Buffer.concat(stderr).toString();
      const ended = signal ? `${words}killed by ${signal} (it had ${timeoutMs} ms)` : words;
      reject(new CommandFailed(shown, exitCode, ended, output));
    });
  });
}

function notRun(command: string, shown: string, error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOENT') return new CommandFailed(shown, null, error.message);
  const remedy = `install the package ${PACKAGES[command] ?? `that has ${command}`}`;
  return new DataplaneUnavailable(`the command ${command} is not on this machine; ${remedy}`, { cause: error });
}

/** Whether `ip` failed because the interface it was asked about is not there. */
export function saysNoSuchInterface(error: unknown): boolean {
  return error instanceof CommandFailed && /Cannot find device|Device ".*" does not exist/.test(error.stderr);
}
