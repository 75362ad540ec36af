import { connect, createServer, type Server, type Socket } from 'node:net';
import { parseNatsUrl } from '@heddle/platform';

/** A way for the cells to a nats-server that listens only where they cannot reach it. */
export interface NatsRelay {
  /** Where cells connect: `nats://198.18.0.1:port`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens on the underlay and passes every connection on to the nats-server, byte by byte.
 * The embedded server listens on loopback only, and opening it to a network just for the lab would open it to others too.
 */
export async function relayNats(natsUrl: string, address: string): Promise<NatsRelay> {
  const [first = natsUrl] = parseNatsUrl(natsUrl).servers;
  const { hostname, port } = new URL(first);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port || 4222), noDelay: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve));
  return { url: `nats://${address}:${portOf(server)}`, close: () => closeAll(server, sockets) };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}

async function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of sockets) socket.destroy();
  await closed;
}
