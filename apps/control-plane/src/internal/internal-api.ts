import { readFile } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { FatalError, messageOf, openAll, type ConfigurationOf, type Logger } from '@heddle/platform';
import type { Registry } from 'prom-client';
import { probe } from '../cloud-foundry/probe';
import type { Core } from '../core/core';
import { internalDurations } from '../metrics/metrics';
import type { RefusedAttempts } from '../refused/refused-attempts';
import { answerHealth } from './answer-health';
import { answerRequests } from './answer-requests';
import { listen } from './listening';
import { answerPlainHttp } from './plain-http';
import { routesOf } from './routes';

/** The API of Cloud Foundry's cells, listening. */
export interface InternalApi {
  /** Where: `https://0.0.0.0:4003`. */
  readonly url: string;
  /** Where it tells of its health, over plain HTTP and to this machine alone: `http://127.0.0.1:31946`. */
  readonly healthUrl: string;
  close(): Promise<void>;
}

/** What the original offers: one suite of TLS 1.2, and those of TLS 1.3. */
const CIPHERS = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');
/** Go's server reads as much; a cell names all its apps in one URL. */
const LARGEST_HEAD_BYTES = 2 ** 20;
/** Longer than a Go client keeps an idle connection (90 s), so that it is always the client that lets go. */
const KEEP_ALIVE_MS = 120_000;
const LOOPBACK = '127.0.0.1';
const HANDSHAKE_MS = 10_000;
const REQUEST_MS = 30_000;

/**
 * Starts the internal API when it has certificates.
 * @returns `undefined` when none are configured.
 * @throws {FatalError} when certificates or ports cannot be used.
 */
export async function startInternalApi(
  config: ConfigurationOf<'control-plane'>,
  parts: { core: Core; refused: RefusedAttempts; registry: Registry; logger: Logger },
): Promise<InternalApi | undefined> {
  const { internalTlsCert, internalTlsKey, internalTlsCa, internalAllowedSubjects: allowedSubjects } = config;
  if (internalTlsCert === undefined || internalTlsKey === undefined || internalTlsCa === undefined) return undefined;
  const durations = internalDurations(parts.registry);
  const listener = answerRequests({
    ...{
      routes: routesOf(parts.core, config.tagLength),
      allowedSubjects,
      logger: parts.logger,
      refused: parts.refused,
    },
    measure: (route) => {
      const stop = durations.startTimer({ route });
      return (status) => stop({ status: String(status) });
    },
  });
  const server = await createTlsServer({ internalTlsCert, internalTlsKey, internalTlsCa }, listener);
  answerPlainHttp(server);
  const health = createPlainServer(answerHealth(() => probe(parts.core), parts.logger));
  return openAll(async (opened) => {
    const api = await listen(server, config.internalHost, config.internalPort, 'HEDDLE_INTERNAL_PORT');
    opened.add(() => api.close());
    const beside = await listen(health, LOOPBACK, config.internalHealthPort, 'HEDDLE_INTERNAL_HEALTH_PORT');
    opened.add(() => beside.close());
    return { url: `https://${api.host}`, healthUrl: `http://${beside.host}`, close: () => opened.close() };
  });
}

type Certificates = Record<'internalTlsCert' | 'internalTlsKey' | 'internalTlsCa', string>;

async function createTlsServer(
  { internalTlsCert, internalTlsKey, internalTlsCa }: Certificates,
  listener: Parameters<typeof createServer>[1],
): Promise<Server> {
  try {
    const [cert, key, ca] = await Promise.all(
      [internalTlsCert, internalTlsKey, internalTlsCa].map((path) => readFile(path)),
    );
    const server = createServer(
      {
        ...{ cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2', ciphers: CIPHERS },
        ...{ handshakeTimeout: HANDSHAKE_MS, maxHeaderSize: LARGEST_HEAD_BYTES },
      },
      listener,
    );
    return Object.assign(server, { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS });
  } catch (cause) {
    throw new FatalError(
      `the certificates of the internal API cannot be used (${messageOf(cause)}): check HEDDLE_INTERNAL_TLS_CERT, HEDDLE_INTERNAL_TLS_KEY and HEDDLE_INTERNAL_TLS_CA`,
      { cause },
    );
  }
}
