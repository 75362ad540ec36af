import os from 'node:os';

/** Something the person at the keyboard can mend. The message is one sentence: what is wrong, and what to do. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = 'Failure';
  }
}

/** A program did not end in the time it had. */
export class TookTooLong extends Failure {}

/** A script was told to stop; not a failure, and nothing is to be said about it. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}

/**
 * Runs a script to its exit code. A {@link Failure} becomes its one sentence and exit code 1 (with the trace when
 * `HEDDLE_DEBUG=1`); an interruption becomes the exit code a shell gives it; anything else is a bug and says so.
 *
 * @param {() => Promise<number>} script
 * @returns {Promise<void>}
 */
export async function runScript(script) {
  process.exitCode = await script().catch(exitCodeFor);
}

/**
 * @param {unknown} error
 * @returns {number}
 */
function exitCodeFor(error) {
  if (error instanceof Interrupted) return exitCodeOfSignal(error.signal);
  if (error instanceof Failure) {
    console.error(error.message);
    if (['1', 'on', 'true'].includes(process.env.HEDDLE_DEBUG ?? '')) console.error(error);
    return 1;
  }
  console.error(error);
  console.error('this is a bug in the script: please report it with the lines above');
  return 1;
}

/**
 * What a shell answers for a program that a signal ended: 128 and the number of the signal.
 *
 * @param {NodeJS.Signals} signal
 * @returns {number}
 */
export function exitCodeOfSignal(signal) {
  return 128 + os.constants.signals[signal];
}
