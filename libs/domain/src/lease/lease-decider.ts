import type { Decider } from '../decider';
import { formatBlock, parseBlock } from '../ipv4';
import { Refused } from '../refused';
import type { AcquireLease, LeaseCommand, RenewLease } from './commands';
import type { LeaseAcquired, LeaseEvent } from './events';
import { leaseOfBlock, sameLease, type Lease } from './lease';
import { blocksIn, emptyLeaseBook, isInPlan, lowestFreeBlock, type LeaseBook, type OverlayPlan } from './lease-book';

/** Subnets of the overlay, each held by at most one cell. */
export function leaseDecider(plan: OverlayPlan): Decider<LeaseBook, LeaseCommand, LeaseEvent> {
  return { initialState: emptyLeaseBook(plan), decide, evolve };
}

function decide(book: LeaseBook, command: LeaseCommand): LeaseEvent | undefined {
  switch (command.type) {
    case 'acquire-lease':
      return acquire(book, command);
    case 'renew-lease':
      return renew(book, command);
    case 'release-lease': {
      const lease = book.byCell.get(command.cell);
      return lease && { type: 'lease-released', lease };
    }
    case 'expire-lease': {
      const lease = book.byCell.get(command.cell);
      return lease && { type: 'lease-expired', lease };
    }
  }
}

/** A cell keeps its subnet when its underlay address changes; a new cell gets the lowest free block. */
function acquire(book: LeaseBook, { cell, underlayAddress }: AcquireLease): LeaseAcquired | undefined {
  const held = book.byCell.get(cell);
  if (held?.underlayAddress === underlayAddress) return undefined;
  refuseTakenAddress(book, cell, underlayAddress);
  if (held) return { type: 'lease-acquired', lease: { ...held, underlayAddress } };
  const block = lowestFreeBlock(book);
  if (!block) {
    throw new Refused(
      'no-lease-available',
      `all ${blocksIn(book.plan)} subnets of ${formatBlock(book.plan.network)} are leased: release one, or use a larger network`,
    );
  }
  return { type: 'lease-acquired', lease: leaseOfBlock(cell, underlayAddress, block) };
}

function renew(book: LeaseBook, { lease }: RenewLease): LeaseAcquired | undefined {
  const held = book.byCell.get(lease.cell);
  if (held) {
    if (sameLease(held, lease)) return undefined;
    throw new Refused('lease-mismatch', `${lease.cell} holds ${held.overlaySubnet}, not the lease it wants to renew`);
  }
  if (!isInPlan(book.plan, parseBlock(lease.overlaySubnet))) {
    throw new Refused(
      'lease-outside-network',
      `${lease.overlaySubnet} is not a block of ${formatBlock(book.plan.network)}`,
    );
  }
  const holder = book.bySubnet.get(lease.overlaySubnet);
  if (holder)
    throw new Refused('subnet-taken', `${lease.cell}: lease ${lease.overlaySubnet} is held by ${holder.cell}`);
  refuseTakenAddress(book, lease.cell, lease.underlayAddress);
  return { type: 'lease-acquired', lease };
}

function refuseTakenAddress(book: LeaseBook, cell: string, underlayAddress: string): void {
  const holder = book.byUnderlayAddress.get(underlayAddress);
  if (holder && holder.cell !== cell) {
    throw new Refused(
      'underlay-address-taken',
      `${cell}: underlay address ${underlayAddress} belongs to the lease of ${holder.cell} until that is released or expires`,
    );
  }
}

function evolve(book: LeaseBook, event: LeaseEvent): LeaseBook {
  switch (event.type) {
    case 'lease-acquired':
      return withLease(withoutLease(book, book.byCell.get(event.lease.cell)), event.lease);
    case 'lease-released':
    case 'lease-expired':
      return withoutLease(book, book.byCell.get(event.lease.cell));
  }
}

function withLease(book: LeaseBook, lease: Lease): LeaseBook {
  return {
    ...book,
    byCell: book.byCell.set(lease.cell, lease),
    bySubnet: book.bySubnet.set(lease.overlaySubnet, lease),
    byUnderlayAddress: book.byUnderlayAddress.set(lease.underlayAddress, lease),
  };
}

function withoutLease(book: LeaseBook, lease: Lease | undefined): LeaseBook {
  if (!lease) return book;
  return {
    ...book,
    byCell: book.byCell.delete(lease.cell),
    bySubnet: book.bySubnet.delete(lease.overlaySubnet),
    byUnderlayAddress: book.byUnderlayAddress.delete(lease.underlayAddress),
  };
}
