/** Asks the kernel how often its packet filter was changed. */
export interface GenerationReader {
  /** The number of the last transaction of anyone in this network namespace, or `null` when the kernel did not say. */
  read(): number | null;
  close(): void;
}

/** From `<sys/socket.h>` and `<linux/netlink.h>`. */
const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
const NETLINK_NETFILTER = 12;
const MSG_DONTWAIT = 0x40;
const NLM_F_REQUEST = 1;
/** Of `<linux/netfilter/nf_tables.h>`, in the subsystem 10. */
const GET_GENERATION = (10 << 8) | 16;
const NEW_GENERATION = (10 << 8) | 15;
const GENERATION_ID = 1;
/** Length of `nlmsghdr` and `nfgenmsg`. */
const HEADERS = 20;

/**
 * Opens a socket for that question in the network namespace this thread stands in. It costs some microseconds to ask, whatever
 * the kernel holds, which listing the table does not.
 * @throws when koffi is not there, or the kernel gives no such socket.
 */
export async function openGenerationReader(): Promise<GenerationReader> {
  const koffi = await import('koffi');
  const libc = koffi.load('libc.so.6');
  const socket = libc.func('int socket(int domain, int type, int protocol)');
  const send = libc.func('int64_t send(int fd, const uint8_t *buffer, size_t length, int flags)');
  const receive = libc.func('int64_t recv(int fd, _Out_ uint8_t *buffer, size_t length, int flags)');
  const close = libc.func('int close(int fd)');
  const descriptor = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER) as number;
  if (descriptor < 0) throw new Error('the kernel gives no netlink socket');
  const question = Buffer.alloc(HEADERS);
  question.writeUInt32LE(HEADERS, 0);
  question.writeUInt16LE(GET_GENERATION, 4);
  question.writeUInt16LE(NLM_F_REQUEST, 6);
  const answer = Buffer.alloc(4096);
  return {
    read() {
      if (Number(send(descriptor, question, HEADERS, 0)) !== HEADERS) return null;
      const length = Number(receive(descriptor, answer, answer.length, MSG_DONTWAIT));
      return length > 0 ? generationIn(answer.subarray(0, length)) : null;
    },
    close: () => void close(descriptor),
  };
}

/** Reads the answer: attributes of a length and a type of two bytes each, padded to four. */
export function generationIn(answer: Buffer): number | null {
  if (answer.length < HEADERS || answer.readUInt16LE(4) !== NEW_GENERATION) return null;
  for (let at = HEADERS; at + 8 <= answer.length;) {
    const length = answer.readUInt16LE(at);
    if (answer.readUInt16LE(at + 2) === GENERATION_ID) return answer.readUInt32BE(at + 4);
    at += Math.max(4, (length + 3) & ~3);
  }
  return null;
}
