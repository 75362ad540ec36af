import { createLogger, isDebugging, readConfiguration, reportAndExitCode } from '@heddle/platform';
import { startHeddle } from './launcher';
import { nextSteps } from './next-steps';
import { EndedTooEarly } from './program';

/** `npm start`, once everything is set up. */
async function main(): Promise<void> {
  const config = readConfiguration('launcher');
  const logger = createLogger({ name: 'launcher', level: config.logLevel });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const heddle = await startHeddle(config, logger);
  console.log(`ready ${heddle.url}\n${nextSteps(heddle.lab)}`);
  if (!stop.signal.aborted)
    await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
  await heddle.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => process.exit(exitCodeFor(error)),
);

function exitCodeFor(error: unknown): number {
  if (error instanceof EndedTooEarly && error.exitCode !== null) return error.exitCode;
  return reportAndExitCode(error, process.stderr, { debug: isDebugging() });
}
