/** One netlink message: `nlmsghdr`, the header of its family, attributes. Numbers of headers are of this machine's order. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  /** The number of the request it answers. */
  readonly sequence: number;
  /** What follows `nlmsghdr`. */
  readonly body: Buffer;
}

/** From `<linux/netlink.h>`. */
export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
export const NLM_F_DUMP = 0x300;
/** `NLM_F_CREATE | NLM_F_REPLACE`: whatever was there before. */
export const NLM_F_PUT = 0x400 | 0x100;
/** What was listed changed meanwhile, so that the list may lack something. */
export const NLM_F_DUMP_INTR = 0x10;
/** Of answers: attributes follow the header of the request. */
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

const NESTED = 0x8000;
const HEADER = 16;
const ATTRIBUTE_HEADER = 4;
const padded = (length: number): number => (length + 3) & ~3;

/** Writes a message. */
export function netlinkMessage({ type, flags, sequence, body }: NetlinkMessage): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(HEADER + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt32LE(sequence, 8);
  return Buffer.concat([header, body]);
}

/** Reads the messages of a datagram, one after another. */
export function* messagesIn(datagram: Buffer): Generator<NetlinkMessage> {
  for (let at = 0; at + HEADER <= datagram.length;) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER || at + length > datagram.length) throw new Error('netlink: a message was cut short');
    yield {
      type: datagram.readUInt16LE(at + 4),
      flags: datagram.readUInt16LE(at + 6),
      sequence: datagram.readUInt32LE(at + 8),
      body: datagram.subarray(at + HEADER, at + length),
    };
    at += padded(length);
  }
}

/** What the kernel says of a request in a message `NLMSG_ERROR` or `NLMSG_DONE`: 0, or the number of the error. */
export function errorIn({ body }: NetlinkMessage): number {
  return body.length >= 4 ? -body.readInt32LE(0) : 0;
}

/**
 * The words of the kernel to a refusal; `null` when it has none. Of sockets with `NETLINK_CAP_ACK` only: behind the error
 * comes no more of the request than its header.
 */
export function wordsIn({ flags, body }: NetlinkMessage): string | null {
  const words = (flags & NLM_F_ACK_TLVS) !== 0 ? attributeOf(NLMSGERR_ATTR_MSG, body, 4 + HEADER) : undefined;
  return words ? words.toString('utf8').replace(/\0.*$/s, '') : null;
}

/** Writes an attribute: length, type and what it holds, padded to four bytes. */
export function attribute(type: number, value: Buffer): Buffer {
  const written = Buffer.alloc(padded(ATTRIBUTE_HEADER + value.length));
  written.writeUInt16LE(ATTRIBUTE_HEADER + value.length, 0);
  written.writeUInt16LE(type, 2);
  value.copy(written, ATTRIBUTE_HEADER);
  return written;
}

/** Finds an attribute among others that begin at `from`; of several of one type the first. */
export function attributeOf(type: number, among: Buffer, from = 0): Buffer | undefined {
  for (let at = from; at + ATTRIBUTE_HEADER <= among.length;) {
    const length = among.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER || at + length > among.length) return undefined;
    if ((among.readUInt16LE(at + 2) & ~NESTED) === type) return among.subarray(at + ATTRIBUTE_HEADER, at + length);
    at += padded(length);
  }
  return undefined;
}
