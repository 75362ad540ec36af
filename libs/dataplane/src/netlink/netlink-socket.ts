/**
 * A socket of `AF_NETLINK`, in the network namespace it was opened in. The kernel works within `send` and `receive`, and waits for
 * nothing. Where it may have to walk through much they are done aside, on another thread: 0.1 ms more.
 */
export interface NetlinkSocket {
  /** Hands one message to the kernel, which has answered when this ends. @throws {Error} when it is not taken */
  send(message: Buffer): void;
  sendAside(message: Buffer): Promise<void>;
  /**
   * Takes the next datagram of what the kernel has answered.
   * @returns its bytes, at most as many as fit into `into`
   * @throws {Error} when it fails, also when there is none
   */
  receive(into: Buffer): Buffer;
  receiveAside(into: Buffer): Promise<Buffer>;
  close(): void;
}

/** From `<linux/netlink.h>`: which family of messages the socket speaks. */
export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

/** From `<linux/netlink.h>`: refusals do not repeat the request, say more than a number, and filters of lists are kept to. */
export const NETLINK_CAP_ACK = 10;
export const NETLINK_EXT_ACK = 11;
export const NETLINK_GET_STRICT_CHK = 12;

/** From `<sys/socket.h>` and `<linux/netlink.h>`. */
const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
const SOL_NETLINK = 270;
const MSG_DONTWAIT = 0x40;

/**
 * Opens one in the network namespace this thread stands in. To ask the kernel over it costs some microseconds. One of
 * `NETLINK_NETFILTER` is kept open, for closing it makes the kernel wait until the elements that were deleted before are gone
 * (some 10 ms).
 * @param options of the level `SOL_NETLINK`, to be switched on
 * @throws {Error} when koffi is not there, or the kernel gives no such socket.
 */
export async function openNetlink(protocol: number, options: readonly number[] = []): Promise<NetlinkSocket> {
  const { socket, setOption, send, receive, close } = await (calls ??= loadCalls());
  const descriptor = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol) as number;
  if (descriptor < 0) throw new Error('the kernel gives no netlink socket');
  for (const option of options) {
    if (setOption(descriptor, SOL_NETLINK, option, [1], 4) === 0) continue;
    close(descriptor);
    throw new Error(`the kernel does not know the option ${option} of netlink sockets`);
  }
  const aside = (call: typeof send, buffer: Buffer, flags: number): Promise<bigint | number> =>
    new Promise((resolve, reject) => {
      call.async(descriptor, buffer, buffer.length, flags, (error: unknown, length: bigint | number) =>
        error ? reject(error) : resolve(length),
      );
    });
  const sent = (message: Buffer, length: bigint | number): void => {
    if (Number(length) !== message.length) throw new Error('the kernel does not take a netlink message');
  };
  const received = (into: Buffer, length: bigint | number): Buffer => {
    if (length < 0) throw new Error('the kernel does not answer a netlink message');
    return into.subarray(0, Number(length));
  };
  return {
    send: (message) => sent(message, send(descriptor, message, message.length, 0)),
    sendAside: async (message) => sent(message, await aside(send, message, 0)),
    receive: (into) => received(into, receive(descriptor, into, into.length, MSG_DONTWAIT)),
    receiveAside: async (into) => received(into, await aside(receive, into, MSG_DONTWAIT)),
    close: () => void close(descriptor),
  };
}

/** Loaded once: it takes longer than to open a socket. */
let calls: ReturnType<typeof loadCalls> | undefined;

async function loadCalls() {
  const koffi = await import('koffi');
  const libc = koffi.load('libc.so.6');
  return {
    socket: libc.func('int socket(int domain, int type, int protocol)'),
    setOption: libc.func('int setsockopt(int fd, int level, int option, const int *value, uint32 length)'),
    send: libc.func('int64_t send(int fd, const uint8_t *buffer, size_t length, int flags)'),
    receive: libc.func('int64_t recv(int fd, _Out_ uint8_t *buffer, size_t length, int flags)'),
    close: libc.func('int close(int fd)'),
  };
}
