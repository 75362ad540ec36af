import { formatBlock, octetsOf, type Ipv4Block } from '../ipv4';

/** An overlay subnet given to a cell. */
export interface Lease {
  /** The stable identity of the cell. */
  readonly cell: string;
  /** The cell's address on the network that carries the tunnels. */
  readonly underlayAddress: string;
  /** CIDR; its lowest address belongs to the cell's VTEP. */
  readonly overlaySubnet: string;
  /** The address of the cell's VTEP on the overlay. */
  readonly overlayHardwareAddress: string;
}

/** The lease of a block: its hardware address is `ee:ee:` and the four octets of the block's lowest address (as silk has it). */
export function leaseOfBlock(cell: string, underlayAddress: string, block: Ipv4Block): Lease {
  const octets = octetsOf(block.base).map((octet) => octet.toString(16).padStart(2, '0'));
  return {
    cell,
    underlayAddress,
    overlaySubnet: formatBlock(block),
    overlayHardwareAddress: `ee:ee:${octets.join(':')}`,
  };
}

/** Whether two leases say the same in every field. */
export function sameLease(a: Lease, b: Lease): boolean {
  return (
    a.cell === b.cell &&
    a.underlayAddress === b.underlayAddress &&
    a.overlaySubnet === b.overlaySubnet &&
    a.overlayHardwareAddress === b.overlayHardwareAddress
  );
}
