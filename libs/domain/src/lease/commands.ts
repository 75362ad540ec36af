import type { Lease } from './lease';

/** A cell wants a subnet; one that holds a lease keeps it. */
export interface AcquireLease {
  readonly type: 'acquire-lease';
  readonly cell: string;
  readonly underlayAddress: string;
}

/** A cell says that it still uses its lease. Changes nothing, unless the lease is unknown: then it is taken as sent. */
export interface RenewLease {
  readonly type: 'renew-lease';
  readonly lease: Lease;
}

/** A cell gives its subnet back. */
export interface ReleaseLease {
  readonly type: 'release-lease';
  readonly cell: string;
}

/** A cell has not renewed for too long. */
export interface ExpireLease {
  readonly type: 'expire-lease';
  readonly cell: string;
}

export type LeaseCommand = AcquireLease | RenewLease | ReleaseLease | ExpireLease;
