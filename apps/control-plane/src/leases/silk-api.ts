import { createServer, type RequestListener } from 'node:http';
import { openAll, type ConfigurationOf, type Logger } from '@heddle/platform';
import { silkErrorBody } from '@heddle/wire-cf';
import type { Registry } from 'prom-client';
import type { Core } from '../core/core';
import { listen, LOOPBACK } from '../http/listening';
import { listenMutualTls } from '../http/mutual-tls';
import type { RefusedAttempts } from '../refused/refused-attempts';
import { answerRequests } from '../internal/answer-requests';
import { leaseDurations } from '../metrics/metrics';
import { silkRoutes } from './silk-routes';

/** The API of silk daemons, listening. */
export interface SilkApi {
  /** Where: `https://0.0.0.0:4103`. */
  readonly url: string;
  /** Where its health is asked: `http://127.0.0.1:19683`. */
  readonly healthUrl: string;
  close(): Promise<void>;
}

/**
 * Starts the API of silk daemons, and beside it the port where its health is asked, when it has certificates.
 * @returns `undefined` when none are configured.
 * @throws {FatalError} when certificates or a port cannot be used.
 */
export async function startSilkApi(
  config: ConfigurationOf<'control-plane'>,
  parts: { core: Core; refused: RefusedAttempts; registry: Registry; logger: Logger },
): Promise<SilkApi | undefined> {
  const { leasesTlsCert: cert, leasesTlsKey: key, leasesTlsCa: ca, leasesHost: host, leasesPort: port } = config;
  if (cert === undefined || key === undefined || ca === undefined) return undefined;
  const durations = leaseDurations(parts.registry);
  const listener = answerRequests({
    ...{ routes: silkRoutes(parts.core), allowedSubjects: undefined, errorBody: silkErrorBody },
    ...{ logger: parts.logger, refused: parts.refused },
    measure: (route) => {
      const stop = durations.startTimer({ route });
      return (status) => stop({ status: String(status) });
    },
  });
  return openAll(async (opened) => {
    const api = await listenMutualTls({ host, port, cert, key, ca, settings: 'HEDDLE_LEASES' }, listener);
    opened.add(() => api.close());
    const health = createServer(answerHealth(parts.core));
    const beside = await listen(health, LOOPBACK, config.leasesHealthPort, 'HEDDLE_LEASES_HEALTH_PORT');
    opened.add(() => beside.close());
    return { url: `https://${api.host}`, healthUrl: `http://${beside.host}`, close: () => opened.close() };
  });
}

/** Without TLS: 200 while the log can be asked, else 500. */
function answerHealth({ log }: Core): RequestListener {
  return (request, response) => {
    const isHealth = request.url === '/health' && request.method === 'GET';
    if (!isHealth) return void response.writeHead(404).end();
    void log.lastSequence().then(
      () => response.writeHead(200).end(),
      () => response.writeHead(500).end(),
    );
  };
}
