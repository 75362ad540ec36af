import { createLogger, isDebugging, readConfiguration, reportAndExitCode, UserError } from '@heddle/platform';
import { startControlPlane } from './server';

/** The control plane as a process. With an IPC channel (under the launcher) it says there where it answers, and where the internal API does (or `null`). */
async function main(): Promise<void> {
  const config = readConfiguration('control-plane');
  if (config.natsUrl === undefined) {
    throw new UserError(
      'configuration-invalid',
      'NATS_URL is not set: name the nats-server, or use `npm start`, which brings one along',
    );
  }
  const logger = createLogger({ name: 'control-plane', level: config.logLevel });
  const server = await startControlPlane(config, config.natsUrl, logger);
  logger.info({ url: server.url }, 'ready');
  process.send?.({ ready: server.url, internal: server.internalUrl });
  await Promise.race([server.failed, signalled()]);
  await server.close();
}

async function signalled(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(signal, () => resolve());
  });
}

main().then(
  () => process.exit(0),
  (error: unknown) => process.exit(reportAndExitCode(error, process.stderr, { debug: isDebugging() })),
);
