import type { Server } from 'node:http';
import { serveOnLoopback } from './loopback-server';

/** What a CNI plugin of silk asks its daemon for. */
export interface SilkNetwork {
  /** CIDR of the cell's lease. */
  readonly subnet: string;
  /** Bytes. */
  readonly mtu: number;
}

const API = { setting: 'HEDDLE_SILK_DAEMON_PORT', program: 'silk-daemon' };

/**
 * The local API of silk-daemon, so that an unmodified silk-cni gets its answer: on loopback, whatever the method and the path.
 * Without a lease the answer is 503, which fails the container that is being made.
 * @throws {FatalError} when the port is taken.
 */
export function serveSilkApi(port: number, network: () => SilkNetwork | null): Promise<Server> {
  return serveOnLoopback({ ...API, port }, (_, response) => {
    const now = network();
    const [status, body] = now
      ? [200, { overlay_subnet: now.subnet, mtu: now.mtu }]
      : [503, { error: 'this cell holds no lease' }];
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
}
