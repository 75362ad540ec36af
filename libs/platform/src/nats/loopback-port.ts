import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { FatalError } from '../errors';

/**
 * Below the range from which Linux takes the ports of outgoing connections (32768 and up). In it, a client that tries to
 * reconnect while the server is down could be given the server's own port, and the server would find it taken.
 */
const FIRST = 20_000;
const END = 32_768;
const TRIES = 100;

/**
 * A TCP port of 127.0.0.1 on which nobody listens.
 * @param preferred taken if it is free.
 * @throws {FatalError} when none can be found.
 */
export async function freeLoopbackPort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FIRST, END);
    if (await isFree(port)) return port;
  }
  throw new FatalError(`no free port on 127.0.0.1 between ${FIRST} and ${END}: end programs that listen there`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
