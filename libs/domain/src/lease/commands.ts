import type { FenceReason } from './events';
import type { Holder, Lease } from './lease';

/** What a command knows of the time. All times are epoch milliseconds on the clock that every renewal is stamped with. */
export interface LeaseTimes {
  readonly atMs: number;
  /** How long a subnet whose holder was lost is kept from others. */
  readonly quarantineMs: number;
}

/**
 * A cell wants a subnet; one that holds a lease keeps it. What stands in its way and may be fenced is fenced first, which is an
 * event of its own: the command is given again until the cell holds its lease.
 */
export interface AcquireLease extends LeaseTimes {
  readonly type: 'acquire-lease';
  readonly cell: string;
  /** Absent for a silk daemon, whose `cell` is its underlay address. */
  readonly incarnation?: string;
  readonly underlayAddress: string;
  /** Whether one address is enough: the cell then gets a /32. */
  readonly singleAddress: boolean;
  /** The lease the cell remembers: if the log does not, and nobody else has it, it is given as it was. */
  readonly held?: Pick<Lease, 'overlaySubnet' | 'overlayHardwareAddress'>;
  /** A holder of a lease with this underlay address that has not been heard of lately; anyone else there is alive. */
  readonly silent?: Holder;
}

/** A silk daemon says that it still uses its lease. Changes nothing, unless the lease is unknown: then it is taken as sent. */
export interface RenewLease extends LeaseTimes {
  readonly type: 'renew-lease';
  /** Its `cell` is its underlay address. */
  readonly lease: Lease;
}

/** A cell gives its subnet back, or says that it has stopped using one it lost. Of no such lease it changes nothing. */
export interface ReleaseLease extends Holder {
  readonly type: 'release-lease';
}

/** Nobody renewed this lease for too long. Changes nothing if it is not the one that stands any more. */
export interface ExpireLease {
  readonly type: 'expire-lease';
  readonly lease: Lease;
  readonly atMs: number;
}

/** The lease is taken from its holder. Changes nothing if it is not the one that stands any more. */
export interface FenceLease {
  readonly type: 'fence-lease';
  readonly lease: Lease;
  readonly because: FenceReason;
  readonly atMs: number;
}

export type LeaseCommand = AcquireLease | RenewLease | ReleaseLease | ExpireLease | FenceLease;
