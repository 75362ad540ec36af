import type { Peer } from '@heddle/calc';
import { blockContains, formatBlock, formatIpv4, parseBlock, parseIpv4, type Ipv4Block } from '@heddle/domain';

/** Where the peers' entries live. */
export interface PeerTableOptions {
  /** Name of the VTEP. */
  readonly vtep: string;
  /** CIDRs of the networks the overlay consists of. */
  readonly overlayNetworks: readonly string[];
  /** CIDR of the cell's own lease. */
  readonly overlaySubnet: string;
}

/** How a route to a peer's subnet goes. */
export interface PeerRoute {
  /** The lowest address of the peer's subnet. */
  readonly gateway: string;
  /** The lowest address of the own one. */
  readonly source: string;
}

/** What the kernel holds of peers. */
export interface PeerEntries {
  /** By the CIDR of a peer's subnet. */
  readonly routes: ReadonlyMap<string, PeerRoute>;
  /** Lowest address of a peer's subnet → hardware address of its VTEP. */
  readonly neighbours: ReadonlyMap<string, string>;
  /** Hardware address of a peer's VTEP → its underlay address. */
  readonly forwarding: ReadonlyMap<string, string>;
}

/** A peer that cannot be programmed, and why. */
export interface MalformedPeer {
  readonly cell: string;
  readonly reason: string;
}

/** Reads peers into entries. Made once for a table: what is the same for every peer is read here. */
export class PeerReader {
  private readonly networks: readonly Ipv4Block[];
  private readonly own: Ipv4Block;

  constructor({ overlayNetworks, overlaySubnet }: Omit<PeerTableOptions, 'vtep'>) {
    this.networks = overlayNetworks.map(parseBlock);
    this.own = parseBlock(overlaySubnet);
  }

  /**
   * The entries of one peer. A single address needs no route: that of its network, which is on the link, leads there.
   * @throws {RangeError} saying what makes it malformed.
   */
  entriesOf(peer: Peer): PeerEntries {
    const block = parseBlock(peer.overlaySubnet);
    const network = this.networkOf(block);
    const hardwareAddress = peer.overlayHardwareAddress.toLowerCase();
    if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(hardwareAddress))
      throw new RangeError(`'${peer.overlayHardwareAddress}' is not a hardware address`);
    const underlayAddress = formatIpv4(parseIpv4(peer.underlayAddress));
    const gateway = formatIpv4(block.base);
    const source = formatIpv4(blockContains(network, this.own) ? this.own.base : network.base);
    const routes: [string, PeerRoute][] = block.prefixLength === 32 ? [] : [[formatBlock(block), { gateway, source }]];
    return {
      routes: new Map(routes),
      neighbours: new Map([[gateway, hardwareAddress]]),
      forwarding: new Map([[hardwareAddress, underlayAddress]]),
    };
  }

  /** A subnet outside the overlay would let one wrong lease draw away the cell's other traffic. */
  private networkOf(block: Ipv4Block): Ipv4Block {
    const { networks, own } = this;
    const network = networks.find((each) => blockContains(each, block));
    if (!network)
      throw new RangeError(`${formatBlock(block)} is outside the overlay ${networks.map(formatBlock).join(', ')}`);
    if (blockContains(block, own) || blockContains(own, block))
      throw new RangeError(`${formatBlock(block)} overlaps the cell's own ${formatBlock(own)}`);
    return network;
  }
}

export function isSameRoute(one: PeerRoute, other: PeerRoute): boolean {
  return one.gateway === other.gateway && one.source === other.source;
}

/** A route in the words of `ip`. */
export function routeText({ gateway, source }: PeerRoute): string {
  return `via ${gateway} src ${source}`;
}

/** All of these entries together; where two say different things of the same key, the later one counts. */
export function union(all: readonly PeerEntries[]): PeerEntries {
  const routes = new Map<string, PeerRoute>();
  const neighbours = new Map<string, string>();
  const forwarding = new Map<string, string>();
  for (const each of all) {
    for (const [key, value] of each.routes) routes.set(key, value);
    for (const [key, value] of each.neighbours) neighbours.set(key, value);
    for (const [key, value] of each.forwarding) forwarding.set(key, value);
  }
  return { routes, neighbours, forwarding };
}
