import { createLogger, isDebugging, readConfiguration, reportAndExitCode } from '@heddle/platform';
import { startAgent } from './agent';

/** The agent of one cell as a process. With an IPC channel it says there when it is ready. */
async function main(): Promise<void> {
  const config = readConfiguration('cell-agent');
  const logger = createLogger({ name: 'cell-agent', level: config.logLevel }).child({ cell: config.cell });
  const stop = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(event, () => stop.abort());
  const agent = await startAgent(config, logger, stop.signal).catch((error: unknown) => {
    if (stop.signal.aborted) return undefined;
    throw error;
  });
  if (!agent) return;
  process.send?.({ ready: config.cell });
  if (!stop.signal.aborted)
    await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
  await agent.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => process.exit(reportAndExitCode(error, process.stderr, { debug: isDebugging() })),
);
