import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { NetworkNamespace } from './namespaces';

/** What became of the datagrams of a volley, there and back. */
export interface Volleyed {
  readonly sent: number;
  readonly answered: number;
}

/** So many are on their way at once: less than the buffer of a socket holds, so that what is missing was lost between them. */
const IN_FLIGHT = 32;
/** How long the last answers are waited for, in ms. */
const LAST_WITHIN_MS = 5_000;

const ECHO = `
  const { parentPort, workerData: { port } } = require('node:worker_threads');
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (message, from) => socket.send(message, from.port, from.address, () => {}));
  socket.bind(port, () => parentPort.postMessage('ready'));`;

const SENDER = `
  const { parentPort, workerData: { address, port } } = require('node:worker_threads');
  const socket = require('node:dgram').createSocket('udp4');
  const counted = { sent: 0, answered: 0 };
  let isStopping = false;
  const send = () => {
    counted.sent++;
    socket.send('pick', port, address, () => {});
  };
  const end = () => socket.close(() => parentPort.postMessage(counted));
  socket.on('message', () => {
    counted.answered++;
    if (!isStopping) send();
    else if (counted.answered === counted.sent) end();
  });
  parentPort.once('message', () => {
    isStopping = true;
    setTimeout(end, ${LAST_WITHIN_MS}).unref();
  });
  socket.bind(() => {
    for (let i = 0; i < ${IN_FLIGHT}; i++) send();
    parentPort.postMessage('ready');
  });`;

/**
 * Sends datagrams from a container to another, each as soon as one is answered, until it is stopped: not one of them may be lost.
 * Both ends have threads of their own, which stay in the namespaces they were made in: what programs the kernel may hold up this one.
 */
export async function volleyUdp(from: NetworkNamespace, to: NetworkNamespace, address: string, port: number) {
  const echo = await begin(to, ECHO, { port });
  const sender = await begin(from, SENDER, { address, port });
  return {
    stop: async (): Promise<Volleyed> => {
      const counted = once(sender, 'message') as Promise<[Volleyed]>;
      sender.postMessage('stop');
      const [volleyed] = await counted;
      await Promise.all([sender.terminate(), echo.terminate()]);
      return volleyed;
    },
  };
}

function begin(container: NetworkNamespace, code: string, workerData: object): Promise<Worker> {
  return container.within(async () => {
    const worker = new Worker(code, { eval: true, workerData });
    await once(worker, 'message');
    return worker;
  });
}
