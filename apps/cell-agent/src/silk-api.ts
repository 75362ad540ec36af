import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { errorCodeOf, FatalError } from '@heddle/platform';

/** What a CNI plugin of silk asks its daemon for. */
export interface SilkNetwork {
  /** CIDR of the cell's lease. */
  readonly subnet: string;
  /** Bytes. */
  readonly mtu: number;
}

/**
 * The local API of silk-daemon, so that an unmodified silk-cni gets its answer: on loopback, whatever the method and the path.
 * Without a lease the answer is 503, which fails the container that is being made.
 * @throws {FatalError} when the port is taken.
 */
export async function serveSilkApi(port: number, network: () => SilkNetwork | null): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    const now = network();
    const [status, body] = now
      ? [200, { overlay_subnet: now.subnet, mtu: now.mtu }]
      : [503, { error: 'this cell holds no lease' }];
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new FatalError(
      `port ${port} of the local API of silk-daemon cannot be opened (${errorCodeOf(cause)}): stop silk-daemon, or name another in HEDDLE_SILK_DAEMON_PORT`,
      { cause },
    );
  });
  return server;
}
