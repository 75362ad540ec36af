import type { Lease } from './lease';

/** A cell holds this lease from now on, in place of any it held before. */
export interface LeaseAcquired {
  readonly type: 'lease-acquired';
  readonly lease: Lease;
}

/** A cell gave its lease back: its subnet is free. */
export interface LeaseReleased {
  readonly type: 'lease-released';
  readonly lease: Lease;
}

/** A lease ended because its cell stopped renewing it; its subnet is in quarantine. */
export interface LeaseExpired {
  readonly type: 'lease-expired';
  readonly lease: Lease;
  /** When, in epoch milliseconds. Leases that expired before there was a quarantine do not say. */
  readonly atMs?: number;
}

/** Why a lease was taken from its holder. */
export type FenceReason =
  /** Another incarnation of the cell came. */
  | 'superseded'
  /** Another cell came with its underlay address while it was silent. */
  | 'address-reused'
  /** Somebody with the right to said so. */
  | 'ordered';

/** A lease was taken from its holder, who may be running still; its subnet is in quarantine. */
export interface LeaseFenced {
  readonly type: 'lease-fenced';
  readonly lease: Lease;
  readonly because: FenceReason;
  /** When, in epoch milliseconds. */
  readonly atMs: number;
}

/** The old holder of a subnet is known to have stopped using it: it is free. The leases that stand are what they were. */
export interface LeaseQuarantineEnded {
  readonly type: 'lease-quarantine-ended';
  /** The lease that expired or was fenced. */
  readonly lease: Lease;
}

/** What changes who holds a lease. */
export type LeaseMoved = LeaseAcquired | LeaseReleased | LeaseExpired | LeaseFenced;

export type LeaseEvent = LeaseMoved | LeaseQuarantineEnded;
