import { createServer } from 'node:http';
import { openAll, type ConfigurationOf, type Logger } from '@heddle/platform';
import type { Registry } from 'prom-client';
import { probe } from '../cloud-foundry/probe';
import type { Core } from '../core/core';
import { listen, LOOPBACK } from '../http/listening';
import { listenMutualTls } from '../http/mutual-tls';
import { internalDurations } from '../metrics/metrics';
import type { RefusedAttempts } from '../refused/refused-attempts';
import { answerHealth } from './answer-health';
import { answerRequests } from './answer-requests';
import { routesOf } from './routes';

/** The API of Cloud Foundry's cells, listening. */
export interface InternalApi {
  /** Where: `https://0.0.0.0:4003`. */
  readonly url: string;
  /** Where it tells of its health, over plain HTTP and to this machine alone: `http://127.0.0.1:31946`. */
  readonly healthUrl: string;
  close(): Promise<void>;
}

/**
 * Starts the internal API of Cloud Foundry's cells when it has certificates.
 * @returns `undefined` when none are configured.
 * @throws {FatalError} when certificates or ports cannot be used.
 */
export async function startInternalApi(
  config: ConfigurationOf<'control-plane'>,
  parts: { core: Core; refused: RefusedAttempts; registry: Registry; logger: Logger },
): Promise<InternalApi | undefined> {
  const { internalTlsCert: cert, internalTlsKey: key, internalTlsCa: ca, internalAllowedSubjects } = config;
  if (cert === undefined || key === undefined || ca === undefined) return undefined;
  const durations = internalDurations(parts.registry);
  const listener = answerRequests({
    routes: routesOf(parts.core, config.tagLength),
    ...{ allowedSubjects: internalAllowedSubjects, logger: parts.logger, refused: parts.refused },
    measure: (route) => {
      const stop = durations.startTimer({ route });
      return (status) => stop({ status: String(status) });
    },
  });
  const { internalHost: host, internalPort: port } = config;
  const health = createServer(answerHealth(() => probe(parts.core), parts.logger));
  return openAll(async (opened) => {
    const api = await listenMutualTls({ host, port, cert, key, ca, settings: 'HEDDLE_INTERNAL' }, listener);
    opened.add(() => api.close());
    const beside = await listen(health, LOOPBACK, config.internalHealthPort, 'HEDDLE_INTERNAL_HEALTH_PORT');
    opened.add(() => beside.close());
    return { url: `https://${api.host}`, healthUrl: `http://${beside.host}`, close: () => opened.close() };
  });
}
