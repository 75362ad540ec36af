import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { errorCodeOf, FatalError } from '@heddle/platform';

/** An API of one of Cloud Foundry's programs, which programs on the same machine ask. */
export interface LoopbackApi {
  /** TCP, on 127.0.0.1. */
  readonly port: number;
  /** The setting that names the port. */
  readonly setting: string;
  /** The program that answers here in Cloud Foundry. */
  readonly program: string;
}

/** Opens the API. @throws {FatalError} when the port is taken. */
export async function serveOnLoopback(api: LoopbackApi, answer: RequestListener): Promise<Server> {
  const { port, setting, program } = api;
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new FatalError(
      `port ${port} of the local API of ${program} cannot be opened (${errorCodeOf(cause)}): stop ${program}, or name another in ${setting}`,
      { cause },
    );
  });
  return server;
}
