import { formatBlock, formatIpv4, parseBlock, parseIpv4 } from '@heddle/domain';
import { formatHardwareAddress } from '../netlink/links';
import { attribute, attributeOf, NLM_F_PUT } from '../netlink/messages';
import type { RouteRequest } from '../netlink/rtnetlink';
import type { PeerChange } from './peer-delta';
import type { PeerRoute } from './peer-entries';

/** From `<linux/rtnetlink.h>`. */
const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;
const RTM_NEWNEIGH = 28;
const RTM_DELNEIGH = 29;
const RTM_GETNEIGH = 30;
const TABLE_MAIN = 254;
const PROTOCOL_BOOT = 3;
const SCOPE_NOWHERE = 255;
const UNICAST = 1;
const RTA = { destination: 1, device: 4, gateway: 5, source: 7, table: 15 };
/** From `<linux/neighbour.h>`. */
const NDA = { destination: 1, hardwareAddress: 2, device: 8 };
const NUD_NOARP = 0x40;
const NUD_PERMANENT = 0x80;
const NTF_SELF = 0x2;
/** From `<sys/socket.h>`. */
const AF_INET = 2;
const AF_BRIDGE = 7;

/** Length of `rtmsg` and of `ndmsg`, and where the prefix and the state are in them. */
const HEADER = 12;
const ROUTE_PREFIX = 1;
const NEIGHBOUR_STATE = 8;

/** What makes one entry be there, or not, on the device of this number; as `ip` and `bridge` of iproute2 6.1 say it. */
export function renderChange(change: PeerChange, device: number): RouteRequest {
  const isPut = change.verb === 'put';
  const request = (types: readonly [number, number], body: Buffer[]): RouteRequest => ({
    type: isPut ? types[0] : types[1],
    flags: isPut ? NLM_F_PUT : 0,
    body: Buffer.concat(body),
  });
  switch (change.kind) {
    case 'route': {
      const { base, prefixLength } = parseBlock(change.subnet);
      const [protocol, scope, type] = isPut ? [PROTOCOL_BOOT, 0, UNICAST] : [0, SCOPE_NOWHERE, 0];
      return request(
        [RTM_NEWROUTE, RTM_DELROUTE],
        [
          Buffer.from([AF_INET, prefixLength, 0, 0, TABLE_MAIN, protocol, scope, type, 0, 0, 0, 0]),
          attribute(RTA.destination, address(base)),
          attribute(RTA.gateway, address(parseIpv4(change.gateway))),
          attribute(RTA.source, address(parseIpv4(change.source))),
          attribute(RTA.device, number(device)),
        ],
      );
    }
    case 'neighbour':
      return request(
        [RTM_NEWNEIGH, RTM_DELNEIGH],
        [
          neighbourHeader(AF_INET, device, NUD_PERMANENT, 0),
          attribute(NDA.destination, address(parseIpv4(change.address))),
          attribute(NDA.hardwareAddress, octets(change.hardwareAddress)),
        ],
      );
    case 'forwarding':
      return request(
        [RTM_NEWNEIGH, RTM_DELNEIGH],
        [
          neighbourHeader(AF_BRIDGE, device, NUD_NOARP | NUD_PERMANENT, NTF_SELF),
          attribute(NDA.hardwareAddress, octets(change.hardwareAddress)),
          attribute(NDA.destination, address(parseIpv4(change.underlayAddress))),
        ],
      );
  }
}

/** What lists the routes of the main table through a device. */
export function routesOn(device: number): RouteRequest {
  const header = Buffer.alloc(HEADER);
  header[0] = AF_INET;
  const filter = [attribute(RTA.table, number(TABLE_MAIN)), attribute(RTA.device, number(device))];
  return { type: RTM_GETROUTE, flags: 0, body: Buffer.concat([header, ...filter]) };
}

/** What lists the neighbours on a device, or what it forwards. */
export function neighboursOn(device: number, kind: 'neighbour' | 'forwarding'): RouteRequest {
  const header = neighbourHeader(kind === 'neighbour' ? AF_INET : AF_BRIDGE, 0, 0, 0);
  return { type: RTM_GETNEIGH, flags: 0, body: Buffer.concat([header, attribute(NDA.device, number(device))]) };
}

/** A listed route by its subnet; `null` for one that has no gateway, as that of the overlay itself, and is not a peer's. */
export function readRoute(body: Buffer): [string, PeerRoute] | null {
  const gateway = addressIn(body, RTA.gateway);
  if (gateway === null) return null;
  const base = attributeOf(RTA.destination, body, HEADER)?.readUInt32BE(0) ?? 0;
  const subnet = formatBlock({ base, prefixLength: body.readUInt8(ROUTE_PREFIX) });
  return [subnet, { gateway, source: addressIn(body, RTA.source) ?? '' }];
}

/** A listed neighbour's hardware address by its address; `null` for one that was learned, and is not a peer's. */
export function readNeighbour(body: Buffer): [string, string] | null {
  if ((body.readUInt16LE(NEIGHBOUR_STATE) & NUD_PERMANENT) === 0) return null;
  const destination = addressIn(body, NDA.destination);
  return destination === null ? null : [destination, hardwareAddressIn(body) ?? ''];
}

/** Where packets to a listed hardware address go; `null` for one that leads nowhere. */
export function readForwarding(body: Buffer): [string, string] | null {
  const hardwareAddress = hardwareAddressIn(body);
  const destination = addressIn(body, NDA.destination);
  return hardwareAddress === null || destination === null ? null : [hardwareAddress, destination];
}

function neighbourHeader(family: number, device: number, state: number, flags: number): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(family, 0);
  header.writeInt32LE(device, 4);
  header.writeUInt16LE(state, NEIGHBOUR_STATE);
  header.writeUInt8(flags, 10);
  return header;
}

function addressIn(body: Buffer, type: number): string | null {
  const value = attributeOf(type, body, HEADER);
  return value?.length === 4 ? formatIpv4(value.readUInt32BE(0)) : null;
}

function hardwareAddressIn(body: Buffer): string | null {
  const value = attributeOf(NDA.hardwareAddress, body, HEADER);
  return value?.length === 6 ? formatHardwareAddress(value) : null;
}

function octets(hardwareAddress: string): Buffer {
  return Buffer.from(hardwareAddress.replaceAll(':', ''), 'hex');
}

/** In the order of the network. */
function address(value: number): Buffer {
  const written = Buffer.alloc(4);
  written.writeUInt32BE(value);
  return written;
}

/** In the order of this machine. */
function number(value: number): Buffer {
  const written = Buffer.alloc(4);
  written.writeUInt32LE(value);
  return written;
}
