import { spawn } from 'node:child_process';
import { exitCodeOfSignal, Failure } from './failure.mjs';
import { findProgram } from './find-program.mjs';
import { onDeathOfNpm, onFirstStopSignal } from './stop-signals.mjs';

/** How long a program has to end after a request to stop; longer than any tidy shutdown takes. */
const GRACE_MS = 60_000;

/**
 * @typedef {object} ForegroundRun
 * @property {string} cwd
 * @property {Record<string, string>} [env] on top of this process's own
 * @property {number} [timeoutMs] after which the program is asked to stop, and fails
 * @property {readonly string[]} [within] a command that becomes the program given to it as its last arguments
 */

/**
 * Runs a Node program on this process's own input and output, and waits for it.
 *
 * The program gets a session of its own: a Ctrl-C reaches only this process, which passes it on, so that the program
 * sees each request to stop exactly once, whether it came from a terminal, from npm or from `kill`. Should this process
 * die without a word (`kill -9`), the kernel sends SIGTERM to the program, once or a few times, where `setpriv` of util-linux is
 * there to ask for that.
 *
 * @param {readonly string[]} args file and arguments for `node`
 * @param {ForegroundRun} run
 * @returns {Promise<number>} the program's exit code
 * @throws {Failure} when the program cannot be started, took too long, or did not stop when it was asked to
 */
export function runInForeground(args, { cwd, env, timeoutMs, within = [] }) {
  const [program, ...programArgs] = withParentDeathSignal([...within, process.execPath, ...args]);
  return new Promise((resolve, reject) => {
    const child = spawn(/** @type {string} */ (program), programArgs, {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: 'inherit',
    });
    /** @type {Failure | undefined} */
    let failure;
    /** @type {NodeJS.Timeout | undefined} */
    let killing;
    /** @param {NodeJS.Signals} signal */
    const stop = (signal) => {
      child.kill(signal);
      killing ??= setTimeout(() => {
        failure = new Failure(`${args[0]} did not stop within ${GRACE_MS / 1000} s of ${signal} and was killed`);
        child.kill('SIGKILL');
      }, GRACE_MS);
    };
    const tooLong =
      timeoutMs &&
      setTimeout(() => {
        failure = new Failure(`${args[0]} took longer than ${timeoutMs / 1000} s and was stopped`);
        stop('SIGTERM');
      }, timeoutMs);
    const stopListening = onFirstStopSignal(stop);
    const stopLooking = onDeathOfNpm(() => stop('SIGTERM'));
    const tidy = () => {
      clearTimeout(tooLong);
      clearTimeout(killing);
      stopListening();
      stopLooking();
    };

    child.on('error', (cause) => {
      tidy();
      reject(new Failure(`${args[0]} cannot be started: ${cause.message}`, { cause }));
    });
    child.on('close', (code, signal) => {
      tidy();
      if (failure) reject(failure);
      else resolve(signal ? exitCodeOfSignal(signal) : (code ?? 1));
    });
  });
}

/**
 * @param {readonly string[]} command
 * @returns {readonly string[]}
 */
function withParentDeathSignal(command) {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
  return setpriv ? [setpriv, '--pdeathsig', 'TERM', ...command] : command;
}
