/** From `<sys/socket.h>`. */
const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_LINGER = 13;
/** The listener resets each connection that it takes, at times before this thread hears that it was taken. */
const ECONNRESET = 104;
/** So many packets in one call, so that the way into the kernel hardly counts. */
const BATCH = 64;
const MESSAGE_BYTES = 64;

/** Sends from the network namespace its thread stands in, with nothing of Node's in between. */
export class Sender {
  private constructor(
    private readonly sendBatch: () => void,
    private readonly connectOnce: () => void,
    readonly close: () => void,
    /** What the kernel reads by its address alone: held, so that it stays. */
    readonly pointedAt: readonly Buffer[],
  ) {}

  /** Microseconds a packet, over some milliseconds. */
  perPacketUs(ms: number): number {
    return microsecondsOf(this.sendBatch, ms) / BATCH;
  }

  /** Microseconds to make a connection and reset it, over some milliseconds. */
  perConnectionUs(ms: number): number {
    return microsecondsOf(this.connectOnce, ms);
  }

  static async open(address: string, port: number): Promise<Sender> {
    const koffi = await import('koffi');
    const libc = koffi.load('libc.so.6');
    const socket = libc.func('int socket(int domain, int type, int protocol)');
    const connect = libc.func('int connect(int fd, const uint8_t *address, uint32_t length)');
    const option = libc.func('int setsockopt(int fd, int level, int name, const uint8_t *value, uint32_t length)');
    const send = libc.func('int sendmmsg(int fd, void *messages, unsigned int count, int flags)');
    const close = libc.func('int close(int fd)');

    const to = Buffer.alloc(16);
    to.writeUInt16LE(AF_INET, 0);
    to.writeUInt16BE(port, 2);
    to.set(address.split('.').map(Number), 4);
    const datagrams = socket(AF_INET, SOCK_DGRAM, 0) as number;
    if (connect(datagrams, to, to.length) !== 0) throw new Error(`no way to ${address}`);
    const payload = Buffer.alloc(64);
    const vector = Buffer.alloc(16);
    vector.writeBigUInt64LE(BigInt(koffi.address(payload)), 0);
    vector.writeBigUInt64LE(BigInt(payload.length), 8);
    // `struct mmsghdr`: no name, for the socket is connected; one vector.
    const messages = Buffer.alloc(BATCH * MESSAGE_BYTES);
    for (let at = 0; at < messages.length; at += MESSAGE_BYTES) {
      messages.writeBigUInt64LE(BigInt(koffi.address(vector)), at + 16);
      messages.writeBigUInt64LE(1n, at + 24);
    }
    const resetOnClose = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);

    return new Sender(
      () => {
        if (send(datagrams, messages, BATCH, 0) !== BATCH) throw new Error(`${address} refuses datagrams`);
      },
      () => {
        const opened = socket(AF_INET, SOCK_STREAM, 0) as number;
        const isOpen = connect(opened, to, to.length) === 0 || koffi.errno() === ECONNRESET;
        option(opened, SOL_SOCKET, SO_LINGER, resetOnClose, resetOnClose.length);
        close(opened);
        if (!isOpen) throw new Error(`${address} refuses`);
      },
      () => void close(datagrams),
      [payload, vector],
    );
  }
}

/** The mean of as many calls as fit. */
function microsecondsOf(call: () => void, ms: number): number {
  const begunMs = performance.now();
  for (let calls = 1; ; calls++) {
    call();
    const lastedMs = performance.now() - begunMs;
    if (lastedMs >= ms) return (lastedMs * 1000) / calls;
  }
}
