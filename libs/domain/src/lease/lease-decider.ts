import type { Decider } from '../decider';
import { acquireLease } from './acquire-lease';
import type { LeaseCommand, ReleaseLease } from './commands';
import type { LeaseEvent } from './events';
import { sameHolder, sameLease, type Lease } from './lease';
import { emptyLeaseBook, evolveLeases, keyOf, type LeaseBook } from './lease-book';
import type { OverlayPlan } from './overlay-plan';
import { renewLease } from './renew-lease';

/** Subnets of the overlay, each held by at most one cell. */
export function leaseDecider(plan: OverlayPlan): Decider<LeaseBook, LeaseCommand, LeaseEvent> {
  return { initialState: emptyLeaseBook(plan), decide, evolve: evolveLeases };
}

function decide(book: LeaseBook, command: LeaseCommand): LeaseEvent | undefined {
  switch (command.type) {
    case 'acquire-lease':
      return acquireLease(book, command);
    case 'renew-lease':
      return renewLease(book, command);
    case 'release-lease':
      return releaseLease(book, command);
    case 'expire-lease': {
      const lease = ifItStands(book, command.lease);
      return lease && { type: 'lease-expired', lease, atMs: command.atMs };
    }
    case 'fence-lease': {
      const lease = ifItStands(book, command.lease);
      return lease && { type: 'lease-fenced', lease, because: command.because, atMs: command.atMs };
    }
  }
}

function ifItStands(book: LeaseBook, lease: Lease): Lease | undefined {
  const standing = book.byCell.get(lease.cell);
  return standing && sameLease(standing, lease) ? standing : undefined;
}

function releaseLease(book: LeaseBook, { cell, incarnation }: ReleaseLease): LeaseEvent | undefined {
  const standing = book.byCell.get(cell);
  if (standing && sameHolder(standing, { cell, incarnation })) return { type: 'lease-released', lease: standing };
  const lost = book.lost.get(keyOf({ cell, incarnation }));
  return lost && { type: 'lease-quarantine-ended', lease: lost.lease };
}
