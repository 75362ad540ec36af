import type { AddressInfo, Server, Socket } from 'node:net';
import { FatalError } from '@heddle/platform';

/** Where only this machine hears. */
export const LOOPBACK = '127.0.0.1';

/** A server that listens. */
export interface Listening {
  /** `0.0.0.0:4003`; IPv6 in brackets. */
  readonly host: string;
  /** Stops, and ends every connection. */
  close(): Promise<void>;
}

/**
 * Lets a server listen.
 * @param setting which one names the port, for the error.
 * @throws {FatalError} when the port cannot be had.
 */
export async function listen(server: Server, host: string, port: number, setting: string): Promise<Listening> {
  const sockets = socketsOf(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve)).catch(
    (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${cause.code ?? String(cause)})`;
      throw new FatalError(`${host}:${port} ${why}: choose another with ${setting}`, { cause });
    },
  );
  const bound = server.address() as AddressInfo;
  return {
    host: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
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
