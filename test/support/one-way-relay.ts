import { connect, createServer, type Socket } from 'node:net';

/** A relay to a server that can keep back the server's answers while requests go on reaching it. */
export interface OneWayRelay {
  readonly url: string;
  /** From now on the server's answers are kept back. */
  holdAnswers(): void;
  /** Lets them go. */
  releaseAnswers(): void;
  close(): void;
}

/** Starts a relay to a nats-server on loopback. */
export async function relayTo(port: number): Promise<OneWayRelay> {
  const sockets = new Set<Socket>();
  const answers = new Set<Socket>();
  let holding = false;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far);
    far.on('data', (chunk) => void near.write(chunk));
    if (holding) far.pause();
    answers.add(far);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return {
    url: `nats://127.0.0.1:${address.port}`,
    holdAnswers() {
      holding = true;
      for (const far of answers) far.pause();
    },
    releaseAnswers() {
      holding = false;
      for (const far of answers) far.resume();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
