import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { FatalError, messageOf } from '@heddle/platform';
import { answerPlainHttp } from '../internal/plain-http';
import { listen, type Listening } from './listening';

/** Where a server of mutual TLS listens, and with which certificates (paths, PEM). */
export interface MutualTls {
  readonly host: string;
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  /** What the names of its settings begin with: `HEDDLE_INTERNAL`. */
  readonly settings: string;
}

/** What the originals offer: one suite of TLS 1.2, and those of TLS 1.3. */
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
 * Listens for those who have a certificate of the authority.
 * @throws {FatalError} when certificates or port cannot be used.
 */
export async function listenMutualTls(tls: MutualTls, listener: RequestListener): Promise<Listening> {
  const server = await createTlsServer(tls, listener);
  answerPlainHttp(server);
  return listen(server, tls.host, tls.port, `${tls.settings}_PORT`);
}

async function createTlsServer({ settings, ...paths }: MutualTls, listener: RequestListener): Promise<Server> {
  try {
    const [cert, key, ca] = await Promise.all([paths.cert, paths.key, paths.ca].map((path) => readFile(path)));
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
      `the certificates cannot be used (${messageOf(cause)}): check ${settings}_TLS_CERT, ${settings}_TLS_KEY and ${settings}_TLS_CA`,
      { cause },
    );
  }
}
