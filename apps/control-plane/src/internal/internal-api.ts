import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { FatalError, messageOf, type ConfigurationOf, type Logger } from '@heddle/platform';
import type { Registry } from 'prom-client';
import type { Core } from '../core/core';
import { internalDurations } from '../metrics/metrics';
import { answerRequests } from './answer-requests';
import { answerPlainHttp } from './plain-http';
import { routesOf } from './routes';

/** The API of Cloud Foundry's cells, listening. */
export interface InternalApi {
  /** Where: `https://0.0.0.0:4003`. */
  readonly url: string;
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
const HANDSHAKE_MS = 10_000;
const REQUEST_MS = 30_000;

/**
 * Starts the internal API when it has certificates.
 * @returns `undefined` when none are configured.
 * @throws {FatalError} when certificates or port cannot be used.
 */
export async function startInternalApi(
  config: ConfigurationOf<'control-plane'>,
  parts: { core: Core; registry: Registry; logger: Logger },
): Promise<InternalApi | undefined> {
  const { internalTlsCert, internalTlsKey, internalTlsCa, internalAllowedSubjects: allowedSubjects } = config;
  if (internalTlsCert === undefined || internalTlsKey === undefined || internalTlsCa === undefined) return undefined;
  const { policiesOfCells } = parts.core;
  if (policiesOfCells === undefined) throw new Error('the core was started without the policies of cells');
  const durations = internalDurations(parts.registry);
  const listener = answerRequests({
    ...{ routes: routesOf(parts.core, policiesOfCells, config.tagLength), allowedSubjects, logger: parts.logger },
    measure: (route) => {
      const stop = durations.startTimer({ route });
      return (status) => stop({ status: String(status) });
    },
  });
  const server = await createTlsServer({ internalTlsCert, internalTlsKey, internalTlsCa }, listener);
  answerPlainHttp(server);
  const sockets = socketsOf(server);
  await listen(server, config.internalHost, config.internalPort);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `https://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
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

/** Every connection, also those that did not yet say anything. */
function socketsOf(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve)).catch(
    (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${cause.code ?? String(cause)})`;
      throw new FatalError(`${host}:${port} ${why}: choose another with HEDDLE_INTERNAL_PORT`, { cause });
    },
  );
}
