import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A line to a nats-server that a test can cut, as a network does. */
export class NatsLine {
  private readonly pairs = new Set<readonly [near: Socket, far: Socket]>();
  private isCut = false;

  private constructor(private readonly server: Server) {}

  /** Opens a line to the server that listens on this port of the loopback. */
  static async open(port: number): Promise<NatsLine> {
    const server = createServer({ noDelay: true });
    const line = new NatsLine(server);
    server.on('connection', (near) => line.join(near, port));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return line;
  }

  /** Where clients connect. */
  get url(): string {
    return `nats://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on nothing that the server says arrives, while it still hears everything; ends with {@link cut}. */
  deafen(): void {
    for (const [near, far] of this.pairs) {
      far.unpipe(near);
      far.resume();
    }
  }

  /** Ends every connection and refuses new ones until {@link mend}. */
  cut(): void {
    this.isCut = true;
    for (const [near] of this.pairs) near.destroy();
  }

  /** Lets connections through again. */
  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private join(near: Socket, port: number): void {
    if (this.isCut) return void near.destroy();
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    const pair = [near, far] as const;
    this.pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
  }
}
