import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { NetworkNamespace } from './namespaces';

/** How long a probe waits for an answer before it calls it silence. */
const PATIENCE_MS = 1_500;

/** Something that listens in a container, until it is closed. */
export interface Listener {
  close(): Promise<void>;
}

/** Echoes whatever arrives on the TCP ports. */
export function echoTcp(container: NetworkNamespace, ports: readonly number[]): Promise<Listener> {
  return listenTcp(container, ports, (socket) => socket.pipe(socket));
}

/** Speaks every 10 ms to whoever connects, and listens to nobody. */
export function streamTcp(container: NetworkNamespace, port: number): Promise<Listener> {
  return listenTcp(container, [port], (socket) => {
    const speaking = setInterval(() => socket.write('weft'), 10);
    socket.on('close', () => clearInterval(speaking));
  });
}

async function listenTcp(
  container: NetworkNamespace,
  ports: readonly number[],
  serve: (socket: Socket) => void,
): Promise<Listener> {
  const open = new Set<Socket>();
  const servers = await container.within(() =>
    Promise.all(
      ports.map(async (port) => {
        const server = createServer((socket) => {
          open.add(socket.on('error', () => undefined));
          serve(socket);
        });
        server.listen(port);
        await once(server, 'listening');
        return server;
      }),
    ),
  );
  return {
    close: async () => {
      for (const socket of open) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** Echoes whatever arrives on a UDP port, of one address or of all. */
export async function echoUdp(container: NetworkNamespace, port: number, address?: string): Promise<Listener> {
  const socket = await container.within(async () => {
    const bound = createSocket('udp4').bind(port, address);
    await once(bound, 'listening');
    return bound;
  });
  socket.on('message', (message, sender) => socket.send(message, sender.port, sender.address));
  return { close: () => new Promise((resolve) => socket.close(resolve)) };
}

/** What it was sent, and what came back. */
export interface Hammered {
  readonly sent: number;
  readonly answered: number;
}

const HAMMER = `
  const { parentPort, workerData: { address, port, sent } } = require('node:worker_threads');
  const socket = require('node:dgram').createSocket('udp4');
  let answered = 0;
  let isStopped = false;
  const send = () => {
    if (isStopped) return socket.close(() => parentPort.postMessage(answered));
    Atomics.add(sent, 0, 1);
    socket.send('pick', port, address, () => setImmediate(send));
  };
  socket.on('message', () => answered++);
  parentPort.once('message', () => (isStopped = true));
  socket.bind(send);`;

/**
 * Sends datagrams as fast as it can, and counts the answers, until it is stopped. On a thread of its own, which stays in the
 * namespace it was made in: what programs the kernel may hold up this one.
 */
export async function hammerUdp(container: NetworkNamespace, address: string, port: number) {
  const sent = new Int32Array(new SharedArrayBuffer(4));
  const worker = await container.within(async () => {
    const made = new Worker(HAMMER, { eval: true, workerData: { address, port, sent } });
    await once(made, 'online');
    return made;
  });
  return {
    /** How many it has sent so far. */
    sent: (): number => Atomics.load(sent, 0),
    stop: async (): Promise<Hammered> => {
      const counted = once(worker, 'message') as Promise<[number]>;
      worker.postMessage('stop');
      const [answered] = await counted;
      await worker.terminate();
      return { sent: Atomics.load(sent, 0), answered };
    },
  };
}

/** How an attempt ended: `answered`, `silent`, or the system's word for the refusal (`ECONNREFUSED`). */
export interface Outcome {
  readonly result: string;
  readonly ms: number;
}

/** Connects over TCP and waits for an echo. */
export function tryTcp(container: NetworkNamespace, address: string, port: number): Promise<Outcome> {
  return container.within(() =>
    timed(async (signal) => {
      const socket = connect({ host: address, port, signal });
      try {
        await once(socket, 'connect', { signal });
        return await echoOn(socket, signal);
      } finally {
        socket.destroy();
      }
    }),
  );
}

/** Sends a datagram and waits for its echo. A connected socket hears of refusals. */
export function tryUdp(container: NetworkNamespace, address: string, port: number): Promise<Outcome> {
  return container.within(() =>
    timed(async (signal) => {
      const socket = createSocket('udp4');
      try {
        socket.connect(port, address);
        await once(socket, 'connect', { signal });
        const answer = once(socket, 'message', { signal });
        socket.send('pick');
        await answer;
        return 'answered';
      } finally {
        socket.close();
      }
    }),
  );
}

/** Opens a TCP connection that stays. */
export async function holdTcp(container: NetworkNamespace, address: string, port: number): Promise<HeldConnection> {
  const socket = await container.within(async () => {
    const connecting = connect(port, address);
    await once(connecting, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return connecting;
  });
  return new HeldConnection(socket);
}

/** A TCP connection that was once open. */
export class HeldConnection {
  private failure: string | null = null;

  constructor(private readonly socket: Socket) {
    socket.on('error', (error) => (this.failure = codeOf(error)));
  }

  /** Sends something over it and waits for the echo. */
  send(): Promise<Outcome> {
    return timed(async (signal) => {
      const answer = echoOn(this.socket, signal);
      return this.failure ?? (await answer);
    });
  }

  /** Says nothing, and waits for the end. */
  waitForEnd(): Promise<Outcome> {
    return timed(async (signal) => {
      this.socket.resume();
      if (!this.socket.closed) await once(this.socket, 'close', { signal });
      return this.failure ?? 'closed';
    });
  }

  close(): void {
    this.socket.destroy();
  }
}

async function echoOn(socket: Socket, signal: AbortSignal): Promise<'answered'> {
  const answer = once(socket, 'data', { signal });
  socket.write('pick');
  await answer;
  return 'answered';
}

async function timed(attempt: (signal: AbortSignal) => Promise<string>): Promise<Outcome> {
  const begun = performance.now();
  const ended = (result: string) => ({ result, ms: performance.now() - begun });
  try {
    return ended(await attempt(AbortSignal.timeout(PATIENCE_MS)));
  } catch (error) {
    return ended(codeOf(error) === 'ABORT_ERR' ? 'silent' : codeOf(error));
  }
}

/** Errors of the system are of another realm than the tests, so they are told by what they have. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error && 'code' in error ? String(error.code) : String(error);
}
