import { connect } from 'node:net';
import { nowMs } from '@heddle/platform';

/**
 * Runs in the visitor's namespace: told to, it knocks again and again until a connection is made, or until none is, and says
 * at what time that was.
 */
const [host, port] = process.argv.slice(2);

function knock(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.resetAndDestroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

process.on('message', (wanted: boolean) => {
  void (async () => {
    while ((await knock()) !== wanted);
    process.send?.(nowMs());
  })();
});
process.send?.('ready');
