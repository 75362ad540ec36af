import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errorCodeOf, FatalError, messageOf, UserError, type Logger } from '@heddle/platform';
import { ZodError } from 'zod';
import { AddressesExhausted } from './address-pool';
import type { CniCommands } from './cni/cni-commands';
import { containerRequest } from './container';
import type { Containers } from './containers';

interface Parts {
  readonly containers: Pick<Containers, 'list' | 'add' | 'remove'>;
  readonly cni: Pick<CniCommands, 'answer'>;
  /** What `GET /v1/status` answers. */
  readonly status: () => object;
  /** What `GET /v1/metrics` answers, as text. */
  readonly metrics: () => Promise<string>;
  /** What is wrong with the overlay of this cell, as far as it can tell. */
  readonly check: () => Promise<object>;
  /** Lets the agent end, as a signal would. */
  readonly stop: () => void;
  readonly logger: Logger;
}

/** In bytes. */
const BODY_LIMIT = 64 * 1024;
/** In bytes. Cloud Foundry's networker puts the security groups of a container into the configuration of its network. */
const CNI_BODY_LIMIT = 8 * 1024 * 1024;
const CONTAINER_PATH = /^\/v1\/containers\/([^/]+)$/;

/**
 * The agent's local API: HTTP over a unix socket that only root can open.
 *
 * `GET /v1/status` · `GET /v1/metrics` · `POST /v1/check` · `POST /v1/stop` · `GET /v1/containers` · `POST /v1/containers` ·
 * `DELETE /v1/containers/<handle>` · `POST /v1/cni`, for `heddle-cni`
 *
 * @throws {FatalError} when the socket cannot be made.
 */
export async function serveSocket(path: string, parts: Parts): Promise<Server> {
  await rm(path, { force: true });
  const server = createServer((request, response) => {
    answer(request, parts)
      .catch((error: unknown) => problemOf(error, parts.logger))
      .then(([status, body]) => send(response, status, body))
      .catch((error: unknown) => parts.logger.error({ error: messageOf(error) }, 'a request could not be answered'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new FatalError(
          `the socket ${path} cannot be made (${errorCodeOf(error)}): name another in HEDDLE_AGENT_SOCKET`,
          { cause: error },
        ),
      ),
    );
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return server;
}

async function answer(
  request: IncomingMessage,
  { containers, cni, status, metrics, check, stop }: Parts,
): Promise<[number, unknown]> {
  const handle = CONTAINER_PATH.exec(request.url ?? '')?.[1];
  switch (`${request.method} ${handle === undefined ? request.url : '/v1/containers/<handle>'}`) {
    case 'GET /v1/status':
      return [200, status()];
    case 'GET /v1/metrics':
      return [200, await metrics()];
    case 'POST /v1/check':
      return [200, await check()];
    case 'POST /v1/stop':
      stop();
      return [202, {}];
    case 'GET /v1/containers':
      return [200, { containers: containers.list() }];
    case 'POST /v1/containers':
      return [201, await containers.add(containerRequest.parse(await jsonOf(request, BODY_LIMIT)))];
    case 'DELETE /v1/containers/<handle>':
      await containers.remove(decodeURIComponent(handle as string));
      return [200, {}];
    case 'POST /v1/cni': {
      const { isDone, body } = await cni.answer(await jsonOf(request, CNI_BODY_LIMIT));
      return [isDone ? 200 : 400, body ?? ''];
    }
    default:
      return [404, { code: 'no-such-route', message: `there is no ${request.method} ${request.url}` }];
  }
}

/** A request carries more than one is given room for. */
class BodyTooLarge extends UserError {
  constructor(limit: number) {
    super('body-too-large', `the body is larger than ${limit} bytes`);
  }
}

async function jsonOf(request: IncomingMessage, limit: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) throw new BodyTooLarge(limit);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function problemOf(error: unknown, logger: Logger): [number, unknown] {
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return [400, { code: 'invalid-request', message: `${issue?.path.join('.') || 'the request'}: ${issue?.message}` }];
  }
  if (error instanceof SyntaxError || error instanceof URIError)
    return [400, { code: 'invalid-request', message: error.message }];
  if (error instanceof BodyTooLarge) return [413, { code: error.code, message: error.message }];
  if (error instanceof UserError) return [409, { code: error.code, message: error.message }];
  if (error instanceof AddressesExhausted) return [409, { code: 'addresses-exhausted', message: error.message }];
  logger.error({ error: messageOf(error) }, 'a request failed');
  return [500, { code: 'failed', message: messageOf(error) }];
}

function send(response: ServerResponse, status: number, body: unknown): void {
  // Only figures, and nothing at all, are text; everything else is an object.
  const [type, text] = typeof body === 'string' ? ['text/plain', body] : ['application/json', JSON.stringify(body)];
  response.writeHead(status, { 'Content-Type': type }).end(text);
}
