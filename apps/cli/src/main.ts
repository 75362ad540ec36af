import { constants } from 'node:os';
import { errorCodeOf, FatalError, reportAndExitCode } from '@heddle/platform/errors';
import { Stopped } from './endings';
import { run } from './run';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Only the first one is asked politely: a second one ends the process where it stands.
  process.once(signal, () => stopping.abort(new Stopped(128 + constants.signals[signal])));
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    const code = errorCodeOf(error);
    if (code === 'EPIPE') stopping.abort(new Stopped(0));
    else process.exit(reportAndExitCode(new FatalError(`the output cannot be written (${code ?? error.message})`)));
  });
}

const { stdout, stderr, env } = process;
const { signal } = stopping;
// The exit code is left behind instead of exiting with it, so that everything written is written out.
void run(process.argv.slice(2), { stdout, stderr, env, signal, now: () => new Date() }).then((exitCode) => {
  process.exitCode = exitCode;
});
