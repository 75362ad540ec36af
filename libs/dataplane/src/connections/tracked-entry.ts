import { attribute, attributeOf } from '../netlink/messages';

/** One end to the other, IPv4; addresses as numbers. Ports are 0 where the protocol has none. */
export interface Tuple {
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** What the kernel keeps of one connection, read out of its message only as far as somebody asks. */
export interface TrackedEntry {
  /** As the kernel takes it to have been opened, and as its answers come (they differ where addresses are translated). */
  readonly opening: Tuple;
  readonly reply: Tuple;
  /** Of the connection, not of a packet. */
  mark(): number;
  /** Until it is forgotten by itself. */
  secondsLeft(): number;
  /** A state of `<linux/netfilter/nf_conntrack_tcp.h>`; `null` when it is no TCP. */
  tcpState(): number | null;
  /** What names it to the kernel, as attributes; a copy. */
  name(): Buffer;
}

/** From `<linux/netfilter/nfnetlink_conntrack.h>`. */
const TUPLE_ORIG = 1;
const TUPLE_REPLY = 2;
const PROTOINFO = 4;
const TIMEOUT = 7;
const MARK = 8;
const ID = 12;
const ZONE = 18;
const MARK_MASK = 21;
const TUPLE = { ip: 1, protocol: 2 };
const IP = { source: 1, destination: 2 };
const PROTOCOL = { number: 1, sourcePort: 2, destinationPort: 3 };
const PROTOINFO_TCP = 1;
const TCP_STATE = 1;
/** What the attributes are made of that name an entry: the same number used again gives another ID. */
const NAME = [TUPLE_ORIG, ID, ZONE];

const AF_INET = 2;
const NONE = Buffer.alloc(0);

/** `nfgenmsg`: what comes before the attributes. */
export const FAMILY_HEADER = Buffer.from([AF_INET, 0, 0, 0]);

/** Which entries the kernel lists: those whose mark, as far as `mask` goes, is `mark`. */
export interface MarkFilter {
  readonly mark: number;
  readonly mask: number;
}

/** The filter as attributes. */
export function renderMarkFilter({ mark, mask }: MarkFilter): Buffer {
  return Buffer.concat([attribute(MARK, bigEndian(mark)), attribute(MARK_MASK, bigEndian(mask))]);
}

/** Reads a message about an entry; `null` when it is not one of IPv4. */
export function readEntry(body: Buffer): TrackedEntry | null {
  const find = (type: number): Buffer | undefined => attributeOf(type, body, FAMILY_HEADER.length);
  const opening = readTuple(find(TUPLE_ORIG));
  const reply = readTuple(find(TUPLE_REPLY));
  if (!opening || !reply) return null;
  return {
    opening,
    reply,
    mark: () => find(MARK)?.readUInt32BE(0) ?? 0,
    secondsLeft: () => find(TIMEOUT)?.readUInt32BE(0) ?? 0,
    tcpState: () => {
      const tcp = attributeOf(PROTOINFO_TCP, find(PROTOINFO) ?? NONE);
      return (tcp && attributeOf(TCP_STATE, tcp)?.[0]) ?? null;
    },
    name: () =>
      Buffer.concat(
        NAME.flatMap((type) => {
          const value = find(type);
          return value ? attribute(type, value) : [];
        }),
      ),
  };
}

function readTuple(tuple: Buffer | undefined): Tuple | null {
  const ip = tuple && attributeOf(TUPLE.ip, tuple);
  const source = ip && attributeOf(IP.source, ip);
  const destination = ip && attributeOf(IP.destination, ip);
  if (source?.length !== 4 || destination?.length !== 4) return null;
  const protocol = attributeOf(TUPLE.protocol, tuple as Buffer) ?? NONE;
  return {
    source: source.readUInt32BE(0),
    destination: destination.readUInt32BE(0),
    protocol: attributeOf(PROTOCOL.number, protocol)?.[0] ?? 0,
    sourcePort: attributeOf(PROTOCOL.sourcePort, protocol)?.readUInt16BE(0) ?? 0,
    destinationPort: attributeOf(PROTOCOL.destinationPort, protocol)?.readUInt16BE(0) ?? 0,
  };
}

function bigEndian(value: number): Buffer {
  const written = Buffer.alloc(4);
  written.writeUInt32BE(value);
  return written;
}
