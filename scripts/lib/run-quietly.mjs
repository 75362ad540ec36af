import { spawn } from 'node:child_process';
import { Failure, Interrupted, TookTooLong } from './failure.mjs';
import { onFirstStopSignal } from './stop-signals.mjs';

/** How long a program has to end after SIGTERM before it is killed. */
const GRACE_MS = 5_000;

/**
 * @typedef {object} QuietRun
 * @property {string} cwd
 * @property {number} timeoutMs after which the program and everything it started is ended
 * @property {Record<string, string>} [env] on top of this process's own
 * @property {(line: string) => void} [onStatusLine] takes each line the program writes to its file descriptor 3
 */

/**
 * @typedef {object} Outcome
 * @property {number} exitCode
 * @property {string} stdout
 * @property {string} output both streams, as they came
 */

/**
 * Runs a program in a process group of its own and keeps what it says.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {QuietRun} run
 * @returns {Promise<Outcome>} also when the exit code is not 0
 * @throws {Failure} when the program is not there
 * @throws {TookTooLong} when it did not end in time; it has ended by then
 * @throws {Interrupted} when this process is told to stop; the program has ended by then
 */
export function runQuietly(program, args, { cwd, timeoutMs, env, onStatusLine }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', onStatusLine ? 'pipe' : 'ignore'],
    });
    /** @type {Error | undefined} */
    let endedFor;
    /** @type {NodeJS.Timeout | undefined} */
    let killing;
    /** @param {Error} reason */
    const end = (reason) => {
      endedFor ??= reason;
      signalGroup(child, 'SIGTERM');
      killing ??= setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
    };
    const tooLong = setTimeout(
      () => end(new TookTooLong(`'${[program, ...args].join(' ')}' took longer than ${timeoutMs / 1000} s; try again`)),
      timeoutMs,
    );
    const stopListening = onFirstStopSignal((signal) => end(new Interrupted(signal)));
    const tidy = () => {
      clearTimeout(tooLong);
      clearTimeout(killing);
      stopListening();
    };

    let stdout = '';
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text));
    if (onStatusLine) eachLine(/** @type {import('node:stream').Readable} */ (child.stdio[3]), onStatusLine);
    child.on('error', (cause) => {
      tidy();
      reject(new Failure(`'${program}' cannot be started (${cause.message}); is it installed?`, { cause }));
    });
    child.on('close', (code) => {
      tidy();
      if (endedFor) reject(endedFor);
      else resolve({ exitCode: code ?? 1, stdout, output });
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // The group is gone already, which is what was wanted.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * @param {import('node:stream').Readable} stream
 * @param {(line: string) => void} tell
 */
function eachLine(stream, tell) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(tell);
  });
}
