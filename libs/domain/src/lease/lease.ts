import { formatBlock, octetsOf, type Ipv4Block } from '../ipv4';

/**
 * Who holds a lease, or wants one. A cell is known by its name and by its incarnation: a recreated machine has another, and
 * never inherits what its predecessor held. A silk daemon has no incarnation: whoever answers at its underlay address is it.
 */
export interface Holder {
  /** The stable name of a cell; of a silk daemon, its underlay address. */
  readonly cell: string;
  /** A UUID that an agent makes once. Without it the holder is a silk daemon, or an agent from before there were any. */
  readonly incarnation?: string;
}

/** An overlay subnet given to a cell. */
export interface Lease extends Holder {
  /** Which incarnation of the cell's name it is, from 1; the word for people. */
  readonly incarnationNumber?: number;
  /** The cell's address on the network that carries the tunnels. */
  readonly underlayAddress: string;
  /** CIDR; its lowest address belongs to the cell's VTEP. */
  readonly overlaySubnet: string;
  /** The address of the cell's VTEP on the overlay. */
  readonly overlayHardwareAddress: string;
}

/** The hardware address of a block: `ee:ee:` and the four octets of its lowest address (as silk has it). */
export function hardwareAddressOf(block: Ipv4Block): string {
  return `ee:ee:${octetsOf(block.base)
    .map((octet) => octet.toString(16).padStart(2, '0'))
    .join(':')}`;
}

/** What a lease says of a block. */
export function addressesOf(block: Ipv4Block): Pick<Lease, 'overlaySubnet' | 'overlayHardwareAddress'> {
  return { overlaySubnet: formatBlock(block), overlayHardwareAddress: hardwareAddressOf(block) };
}

/** Whether two are the same life of the same cell. */
export function sameHolder(a: Holder, b: Holder): boolean {
  return a.cell === b.cell && a.incarnation === b.incarnation;
}

/** Whether the holder is known by its underlay address alone: a silk daemon. */
export function isKnownByAddress({ cell, incarnation, underlayAddress }: Lease): boolean {
  return incarnation === undefined && cell === underlayAddress;
}

/** Whether two leases are the same one, or a later state of it: same holder, same subnet. */
export function sameLease(a: Lease, b: Lease): boolean {
  return sameHolder(a, b) && a.overlaySubnet === b.overlaySubnet;
}

/** Who holds a lease, for people: `cell-9 (incarnation 4)`. */
export function describeHolder({ cell, incarnationNumber }: Lease): string {
  return incarnationNumber === undefined ? cell : `${cell} (incarnation ${incarnationNumber})`;
}
