import { isNativeError } from 'node:util/types';
import { FatalError, UserError } from './errors';

/** How a program of Heddle ends; 70 is `EX_SOFTWARE` of sysexits.h. */
export const ExitCode = { ok: 0, fatal: 1, user: 2, bug: 70 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * Says on `stream` why a program ends, and gives the exit code that belongs to it. User and fatal errors are one sentence
 * without a trace; whatever else arrives was not foreseen, so it is a bug, shown with its trace and called by its name.
 * @param options.debug also shows the trace and the causes of user and fatal errors: `isDebugging()`.
 */
export function reportAndExitCode(
  error: unknown,
  stream: { write(text: string): unknown } = process.stderr,
  { debug = false }: { debug?: boolean } = {},
): ExitCode {
  if (error instanceof UserError || error instanceof FatalError) {
    stream.write(`${debug ? traceOf(error) : error.message}\n`);
    return error instanceof UserError ? ExitCode.user : ExitCode.fatal;
  }
  stream.write(`${traceOf(error)}\nThis is a bug in Heddle: please report it with the lines above.\n`);
  return ExitCode.bug;
}

function traceOf(error: unknown): string {
  if (!isNativeError(error)) return `thrown value: ${String(error)}`;
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by: ${traceOf(error.cause)}`;
}
