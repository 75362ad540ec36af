import type { Lease } from './lease';

/** A cell holds this lease from now on, in place of any it held before. */
export interface LeaseAcquired {
  readonly type: 'lease-acquired';
  readonly lease: Lease;
}

/** A cell gave its lease back. */
export interface LeaseReleased {
  readonly type: 'lease-released';
  readonly lease: Lease;
}

/** A lease ended because its cell stopped renewing it. */
export interface LeaseExpired {
  readonly type: 'lease-expired';
  readonly lease: Lease;
}

export type LeaseEvent = LeaseAcquired | LeaseReleased | LeaseExpired;
