import { createServer } from 'node:http';
import { FatalError, openAll, type ConfigurationOf, type Logger } from '@heddle/platform';
import { silkErrorBody } from '@heddle/wire-cf';
import type { Registry } from 'prom-client';
import type { Core } from '../core/core';
import { listenMutualTls, type Listening } from '../http/mutual-tls';
import { answerRequests } from '../internal/answer-requests';
import { leaseDurations } from '../metrics/metrics';
import { silkRoutes } from './silk-routes';

/**
 * Starts the API of silk daemons, and beside it the port where its health is asked, when it has certificates.
 * @returns `undefined` when none are configured.
 * @throws {FatalError} when certificates or a port cannot be used.
 */
export async function startSilkApi(
  config: ConfigurationOf<'control-plane'>,
  parts: { core: Core; registry: Registry; logger: Logger },
): Promise<Listening | undefined> {
  const { leasesTlsCert: cert, leasesTlsKey: key, leasesTlsCa: ca, leasesHost: host, leasesPort: port } = config;
  if (cert === undefined || key === undefined || ca === undefined) return undefined;
  const durations = leaseDurations(parts.registry);
  const listener = answerRequests({
    ...{ routes: silkRoutes(parts.core), allowedSubjects: undefined, logger: parts.logger, errorBody: silkErrorBody },
    measure: (route) => {
      const stop = durations.startTimer({ route });
      return (status) => stop({ status: String(status) });
    },
  });
  return openAll(async (opened) => {
    const api = await listenMutualTls({ host, port, cert, key, ca, settings: 'HEDDLE_LEASES' }, listener);
    opened.add(() => api.close());
    opened.add(await answerHealth(parts.core, config.leasesHealthPort));
    return { url: api.url, close: () => opened.close() };
  });
}

/** On loopback and without TLS: 200 while the log can be asked, else 500. @returns how to stop */
async function answerHealth({ log }: Core, port: number): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const isHealth = request.url === '/health' && request.method === 'GET';
    if (!isHealth) return void response.writeHead(404).end();
    void log.lastSequence().then(
      () => response.writeHead(200).end(),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve)).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new FatalError(
        `127.0.0.1:${port} cannot be listened on (${cause.code ?? String(cause)}): choose another with HEDDLE_LEASES_HEALTH_PORT`,
        { cause },
      );
    },
  );
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
}
