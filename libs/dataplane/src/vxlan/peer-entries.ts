import type { Peer } from '@heddle/calc';
import { blockContains, formatBlock, formatIpv4, parseBlock, parseIpv4, type Ipv4Block } from '@heddle/domain';

/** Where the peers' entries live. */
export interface PeerTableOptions {
  /** Name of the VTEP. */
  readonly vtep: string;
  /** CIDR of the whole overlay. */
  readonly overlayNetwork: string;
  /** CIDR of the cell's own lease. */
  readonly overlaySubnet: string;
}

/** What the kernel holds of peers. */
export interface PeerEntries {
  /** CIDR of a peer's subnet → `via <its lowest address> src <the lowest address of the own one>`. */
  readonly routes: ReadonlyMap<string, string>;
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

/** The entries of the peers; malformed ones are left out, each alone. */
export function entriesOf(
  peers: readonly Peer[],
  { overlayNetwork, overlaySubnet }: Omit<PeerTableOptions, 'vtep'>,
): { readonly entries: PeerEntries; readonly malformed: readonly MalformedPeer[] } {
  const overlay = parseBlock(overlayNetwork);
  const own = parseBlock(overlaySubnet);
  const entries = {
    routes: new Map<string, string>(),
    neighbours: new Map<string, string>(),
    forwarding: new Map<string, string>(),
  };
  const malformed: MalformedPeer[] = [];
  for (const peer of peers) {
    try {
      const { block, hardwareAddress, underlayAddress } = readPeer(peer, overlay, own);
      const gateway = formatIpv4(block.base);
      entries.routes.set(formatBlock(block), routeText(gateway, formatIpv4(own.base)));
      entries.neighbours.set(gateway, hardwareAddress);
      entries.forwarding.set(hardwareAddress, underlayAddress);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      malformed.push({ cell: peer.cell, reason: error.message });
    }
  }
  return { entries, malformed };
}

/** How a route to a peer's subnet goes. */
export function routeText(gateway: string, source: string): string {
  return `via ${gateway} src ${source}`;
}

/** A subnet outside the overlay would let one wrong lease draw away the cell's other traffic. @throws {RangeError} */
function readPeer(peer: Peer, overlay: Ipv4Block, own: Ipv4Block) {
  const block = parseBlock(peer.overlaySubnet);
  if (!blockContains(overlay, block)) {
    throw new RangeError(`${peer.overlaySubnet} is outside the overlay ${formatBlock(overlay)}`);
  }
  if (blockContains(block, own) || blockContains(own, block)) {
    throw new RangeError(`${peer.overlaySubnet} overlaps the cell's own ${formatBlock(own)}`);
  }
  const hardwareAddress = peer.overlayHardwareAddress.toLowerCase();
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(hardwareAddress)) {
    throw new RangeError(`'${peer.overlayHardwareAddress}' is not a hardware address`);
  }
  return { block, hardwareAddress, underlayAddress: formatIpv4(parseIpv4(peer.underlayAddress)) };
}
