import { parseIpv4 } from '@heddle/domain';

/** From `<sys/socket.h>` and `<bits/socket_type.h>`. */
const AF_INET = 2;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_NO_CHECK = 11;
/** From `<asm-generic/errno.h>`. */
const ECONNREFUSED = 111;
const ANY_PORT = 0;

/** A UDP socket for one datagram. */
export interface DatagramSocket {
  /** Whether the other side has said that nobody listens there; asking costs no wait. */
  isRefused(): boolean;
  close(): void;
}

/**
 * Sends one datagram, if need be with a checksum of 0, which means that it has none: Node's own sockets cannot do that.
 * @param from the address it comes from
 * @param bytes the length of what the datagram carries
 * @returns `null` when it could not be sent: there is no way there, or it is longer than fits through.
 */
export async function sendDatagram(
  address: string,
  port: number,
  { from, bytes, checksum }: { readonly from: string; readonly bytes: number; readonly checksum: boolean },
): Promise<DatagramSocket | null> {
  const { socket, setsockopt, getsockopt, bind, connect, send, close } = await loadCalls();
  const fd = socket(AF_INET, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
  if (fd < 0) return null;
  const name = socketAddress(address, port);
  const ownName = socketAddress(from, ANY_PORT);
  const isSent =
    (checksum || setsockopt(fd, SOL_SOCKET, SO_NO_CHECK, [1], 4) === 0) &&
    bind(fd, ownName, ownName.length) === 0 &&
    connect(fd, name, name.length) === 0 &&
    send(fd, Buffer.alloc(bytes), bytes, 0) === bytes;
  if (isSent)
    return {
      isRefused: () => {
        const error = [0];
        return getsockopt(fd, SOL_SOCKET, SO_ERROR, error, [4]) === 0 && error[0] === ECONNREFUSED;
      },
      close: () => void close(fd),
    };
  close(fd);
  return null;
}

/** A `struct sockaddr_in`: the family in the machine's order, port and address in the network's. */
function socketAddress(address: string, port: number): Buffer {
  const name = Buffer.alloc(16);
  name.writeUInt16LE(AF_INET, 0);
  name.writeUInt16BE(port, 2);
  name.writeUInt32BE(parseIpv4(address), 4);
  return name;
}

async function loadCalls() {
  const koffi = await import('koffi');
  const libc = koffi.load('libc.so.6');
  return {
    socket: libc.func('int socket(int family, int type, int protocol)') as (...args: number[]) => number,
    setsockopt: libc.func('int setsockopt(int fd, int level, int option, const int *value, uint32 length)'),
    getsockopt: libc.func('int getsockopt(int fd, int level, int option, _Out_ int *value, _Inout_ uint32 *length)'),
    bind: libc.func('int bind(int fd, const uint8 *name, uint32 length)'),
    connect: libc.func('int connect(int fd, const uint8 *name, uint32 length)'),
    send: libc.func('int64 send(int fd, const uint8 *bytes, size_t length, int flags)'),
    close: libc.func('int close(int fd)'),
  };
}
