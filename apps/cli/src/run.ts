import { ExitCode, reportAndExitCode } from '@heddle/platform/errors';
import { CommanderError } from 'commander';
import { Faulty, FAULTY_EXIT_CODE, NOT_IN_FORCE_EXIT_CODE, NotInForce, Stopped } from './endings';
import type { Io } from './io';
import { heddleProgram } from './program';
import { wordsToParse } from './words-to-parse';

/**
 * Runs one command line.
 * @param argv the words after the program's name
 * @returns the exit code; whatever went wrong has been said on `io.stderr` by then. Never rejects.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const program = await heddleProgram(io, argv);
    await program.parseAsync(wordsToParse(program, argv), { from: 'user' });
    return ExitCode.ok;
  } catch (error) {
    return exitCodeOf(error, io);
  }
}

function exitCodeOf(error: unknown, io: Io): number {
  // Commander has said already what it objects to; asked for help it ends with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.user;
  if (error instanceof Stopped) return error.exitCode;
  if (error instanceof Faulty) return FAULTY_EXIT_CODE;
  if (error instanceof NotInForce) {
    io.stderr.write(`${error.message}\n`);
    return NOT_IN_FORCE_EXIT_CODE;
  }
  return reportAndExitCode(error, io.stderr, { debug: io.env.HEDDLE_DEBUG === 'on' });
}
