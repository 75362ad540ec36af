import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { NetworkNamespace } from './namespaces';

/** One end of datagrams that never stop, from a port of its own to a port of the other end. */
export class DatagramEnd {
  /** What arrived, in order. */
  readonly heard: string[] = [];
  private speaking: NodeJS.Timeout | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('message', (message) => this.heard.push(message.toString()));
    // Not connected, so that no refusal ends it: it keeps trying.
    socket.on('error', () => undefined);
  }

  static async open(container: NetworkNamespace, port: number): Promise<DatagramEnd> {
    const socket = await container.within(async () => {
      const bound = createSocket('udp4').bind(port);
      await once(bound, 'listening');
      return bound;
    });
    return new DatagramEnd(socket);
  }

  /** Says these words every 5 ms, whether anybody hears them or not. */
  say(words: string, address: string, port: number): void {
    clearInterval(this.speaking);
    this.speaking = setInterval(() => this.socket.send(words, port, address, () => undefined), 5);
  }

  /** Falls silent, and hears on. */
  hush(): void {
    clearInterval(this.speaking);
  }

  close(): Promise<void> {
    this.hush();
    return new Promise((resolve) => this.socket.close(resolve));
  }
}
