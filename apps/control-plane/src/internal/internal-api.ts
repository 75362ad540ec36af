import type { ConfigurationOf, Logger } from '@heddle/platform';
import type { Registry } from 'prom-client';
import type { Core } from '../core/core';
import { listenMutualTls, type Listening } from '../http/mutual-tls';
import { internalDurations } from '../metrics/metrics';
import { answerRequests } from './answer-requests';
import { routesOf } from './routes';

/**
 * Starts the internal API of Cloud Foundry's cells when it has certificates.
 * @returns `undefined` when none are configured.
 * @throws {FatalError} when certificates or port cannot be used.
 */
export async function startInternalApi(
  config: ConfigurationOf<'control-plane'>,
  parts: { core: Core; registry: Registry; logger: Logger },
): Promise<Listening | undefined> {
  const { internalTlsCert: cert, internalTlsKey: key, internalTlsCa: ca, internalAllowedSubjects } = config;
  if (cert === undefined || key === undefined || ca === undefined) return undefined;
  const durations = internalDurations(parts.registry);
  const listener = answerRequests({
    ...{ routes: routesOf(parts.core, config.tagLength), allowedSubjects: internalAllowedSubjects },
    logger: parts.logger,
    measure: (route) => {
      const stop = durations.startTimer({ route });
      return (status) => stop({ status: String(status) });
    },
  });
  const { internalHost: host, internalPort: port } = config;
  return listenMutualTls({ host, port, cert, key, ca, settings: 'HEDDLE_INTERNAL' }, listener);
}
