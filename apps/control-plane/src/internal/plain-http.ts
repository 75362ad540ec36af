import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** The first byte of every TLS connection: a record of type handshake (RFC 8446 §5.1). */
const HANDSHAKE = 0x16;
/** How long a connection may take until it says anything. */
const FIRST_BYTE_MS = 10_000;
const ANSWER = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

/**
 * Answers those who speak plain HTTP to a TLS server in the words that Go's server has for them. TLS itself would only
 * hang up on them.
 */
export function answerPlainHttp(server: Server): void {
  const beginTls = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const hangUp = (): void => void socket.destroy();
    socket.setTimeout(FIRST_BYTE_MS, hangUp).once('error', hangUp);
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return hangUp();
      if (first[0] !== HANDSHAKE) return void socket.end(ANSWER);
      socket.setTimeout(0).off('timeout', hangUp).off('error', hangUp);
      socket.unshift(first);
      for (const begin of beginTls) begin.call(server, socket);
    });
  });
}
