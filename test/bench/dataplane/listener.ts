import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Runs in the namespace of a container until its parent lets go: takes connections, and lets datagrams pile up. */
const port = Number(process.argv[2]);
const full = createSocket({ type: 'udp4', recvBufferSize: 4096 });
full.bind(port, () => {
  createServer((socket) => socket.on('error', () => undefined).resetAndDestroy()).listen(port, () =>
    process.send?.('ready'),
  );
});
process.on('disconnect', () => process.exit(0));
