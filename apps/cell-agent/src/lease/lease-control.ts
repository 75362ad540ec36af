import type { LeaseGrant } from '@heddle/cell-protocol';
import type { Uplink } from '../uplink';

/** As whom a cell asks for a lease, and for which. */
export interface Asking {
  readonly cell: string;
  readonly incarnation: string;
  readonly underlayAddress: string;
  /** Whether one address will do. */
  readonly singleAddress: boolean;
}

/** The lease controller, as one cell speaks with it. */
export class LeaseControl {
  constructor(
    private readonly uplink: Pick<Uplink, 'leases' | 'isInTouch'>,
    private readonly asking: Asking,
  ) {}

  /** @param held the lease the cell believes to hold @throws {LeaseRefused} */
  async acquire(held: LeaseGrant | undefined): Promise<LeaseGrant> {
    const leases = await this.uplink.leases();
    return leases.acquire({ ...this.asking, ...(held && { held: addressesOf(held) }) });
  }

  /** Says that the cell has stopped using the lease it lost, so that nobody has to wait for that. */
  async release(): Promise<void> {
    const { cell, incarnation } = this.asking;
    await (await this.uplink.leases()).release({ cell, incarnation });
  }

  /** Says that the cell uses its lease, if it holds one and somebody hears. */
  async renew(grant: LeaseGrant | null): Promise<void> {
    if (grant && this.uplink.isInTouch) (await this.uplink.leases()).renew(grant.lease);
  }
}

function addressesOf({ lease: { overlaySubnet, overlayHardwareAddress } }: LeaseGrant): {
  overlaySubnet: string;
  overlayHardwareAddress: string;
} {
  return { overlaySubnet, overlayHardwareAddress };
}
