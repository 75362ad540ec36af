import {
  createLogger,
  FatalError,
  isDebugging,
  readConfiguration,
  reportAndExitCode,
  UserError,
} from '@heddle/platform';
import { startAgent } from './agent';
import { tearDown } from './teardown/teardown';

const USAGE =
  'the agent of a cell takes no argument but --teardown, which takes the cell out of the overlay once its containers have gone';

/** The agent of one cell as a process, or with `--teardown` its undoing. With an IPC channel it says there when it is ready. */
async function main(args: readonly string[]): Promise<void> {
  if (args.some((arg) => arg !== '--teardown')) throw new UserError('invalid-argument', USAGE);
  const config = readConfiguration('cell-agent');
  const logger = createLogger({ name: 'cell-agent', level: config.logLevel }).child({ cell: config.cell });
  if (args.length > 0) {
    const failures = await tearDown(config, logger);
    if (failures.length > 0) throw new FatalError(failures.join('\n'));
    return;
  }
  const stop = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(event, () => stop.abort());
  const agent = await startAgent(config, logger, stop.signal).catch((error: unknown) => {
    if (stop.signal.aborted) return undefined;
    throw error;
  });
  if (!agent) return;
  // Who started it may be gone by now, which `disconnect` says.
  process.send?.({ ready: config.cell }, () => {});
  if (!stop.signal.aborted)
    await Promise.race([
      agent.stopRequested,
      new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true })),
    ]);
  await agent.close();
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => process.exit(reportAndExitCode(error, process.stderr, { debug: isDebugging() })),
);
