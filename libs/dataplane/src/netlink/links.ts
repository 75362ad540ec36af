import { formatIpv4 } from '@heddle/domain';
import { KernelRefused } from '../kernel-refused';
import {
  attribute,
  attributeOf,
  errorIn,
  messagesIn,
  netlinkMessage,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_ERROR,
} from './messages';
import type { NetlinkSocket } from './netlink-socket';
import { ANSWER_BYTES, reasonIn } from './rtnetlink';
import { takeList } from './take-list';

/** A device, as the kernel shows it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly isUp: boolean;
  /** Bytes. */
  readonly mtu: number;
  /** `ee:ee:0a:ff:01:00`; empty for a device that has none. */
  readonly hardwareAddress: string;
  /** What is particular to its kind, as attributes of that kind; empty without. */
  readonly data: Buffer;
}

/** An address of a device. */
export interface LinkAddress {
  readonly index: number;
  readonly address: string;
  readonly prefixLength: number;
}

/** From `<linux/rtnetlink.h>`, `<linux/if_link.h>` and `<linux/if_addr.h>`. */
const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const RTM_GETADDR = 22;
const IFLA = { address: 1, name: 3, mtu: 4, kind: 18 };
const IFLA_INFO_DATA = 2;
const IFA_LOCAL = 2;
/** From `<sys/socket.h>`, `<linux/if.h>` and `<asm-generic/errno.h>`. */
const AF_INET = 2;
const IFF_UP = 1;
const ENODEV = 19;

/** Length of `ifinfomsg` and of `ifaddrmsg`, and where the number of the device and its flags are in them. */
const LINK_HEADER = 16;
const ADDRESS_HEADER = 8;
const INDEX = 4;
const FLAGS = 8;

/** Reads a device by its name or number; `null` when there is none. @throws {KernelRefused} */
export async function readLink(socket: NetlinkSocket, which: string | number): Promise<Link | null> {
  const header = Buffer.alloc(LINK_HEADER);
  const named = typeof which === 'string' ? [attribute(IFLA.name, Buffer.from(`${which}\0`))] : [];
  if (typeof which === 'number') header.writeInt32LE(which, INDEX);
  const body = Buffer.concat([header, ...named]);
  await socket.sendAside(netlinkMessage({ type: RTM_GETLINK, flags: NLM_F_REQUEST, sequence: 0, body }));
  const [answer] = messagesIn(socket.receive(Buffer.allocUnsafe(ANSWER_BYTES)));
  if (answer?.type === RTM_NEWLINK) return linkIn(answer.body);
  if (answer?.type === NLMSG_ERROR && errorIn(answer) === ENODEV) return null;
  const reason = answer?.type === NLMSG_ERROR ? reasonIn(answer) : 'no answer';
  throw new KernelRefused(`the kernel does not show the device ${which}: ${reason}`);
}

/** The number of a device. @throws {KernelRefused} when there is none of this name */
export async function linkIndexOf(socket: NetlinkSocket, name: string): Promise<number> {
  const link = await readLink(socket, name);
  if (link) return link.index;
  throw new KernelRefused(`there is no device ${name}`);
}

/** The IPv4 addresses of all devices. @throws {KernelRefused} */
export function listAddresses(socket: NetlinkSocket): Promise<LinkAddress[]> {
  const body = Buffer.alloc(ADDRESS_HEADER);
  body[0] = AF_INET;
  const request = netlinkMessage({ type: RTM_GETADDR, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence: 0, body });
  return takeList(socket, { what: 'addresses', request }, (entry) => {
    const local = attributeOf(IFA_LOCAL, entry, ADDRESS_HEADER);
    if (local?.length !== 4) return null;
    return {
      index: entry.readInt32LE(INDEX),
      address: formatIpv4(local.readUInt32BE(0)),
      prefixLength: entry.readUInt8(1),
    };
  });
}

function linkIn(body: Buffer): Link {
  const value = (type: number): Buffer => attributeOf(type, body, LINK_HEADER) ?? Buffer.alloc(0);
  return {
    index: body.readInt32LE(INDEX),
    name: value(IFLA.name).toString('utf8').replace(/\0.*$/s, ''),
    isUp: (body.readUInt32LE(FLAGS) & IFF_UP) !== 0,
    mtu: value(IFLA.mtu).readUInt32LE(0),
    hardwareAddress: formatHardwareAddress(value(IFLA.address)),
    data: attributeOf(IFLA_INFO_DATA, value(IFLA.kind)) ?? Buffer.alloc(0),
  };
}

/** `ee:ee:0a:ff:01:00` */
export function formatHardwareAddress(octets: Buffer): string {
  return octets.toString('hex').replace(/..(?!$)/g, '$&:');
}
