import { parseBlock } from '../ipv4';
import { Refused } from '../refused';
import type { RenewLease } from './commands';
import type { LeaseAcquired } from './events';
import { describeHolder, type Lease } from './lease';
import { keyOf, type LeaseBook } from './lease-book';
import { describeNetworks, kindOf } from './overlay-plan';
import { isFree } from './overlay-space';

/**
 * A silk daemon renews: what it holds must be what the book says. A lease the book does not know is entered as it was sent, so
 * that a lost log fills itself from the cells; unless the subnet is another's, or the lease was taken from this very cell.
 */
export function renewLease(book: LeaseBook, command: RenewLease): LeaseAcquired | undefined {
  const { lease } = command;
  const held = book.byCell.get(lease.cell);
  if (!held) return enteredAsSent(book, command);
  const isSame =
    held.overlaySubnet === lease.overlaySubnet && held.overlayHardwareAddress === lease.overlayHardwareAddress;
  if (isSame) return undefined;
  throw new Refused('lease-mismatch', 'lease mismatch');
}

function enteredAsSent(book: LeaseBook, command: RenewLease): LeaseAcquired {
  const { lease } = command;
  refuseTaken(book, lease);
  const { plan, occupied } = book.space;
  if (kindOf(plan, parseBlock(lease.overlaySubnet)) === undefined) {
    throw new Refused(
      'lease-outside-network',
      `${lease.overlaySubnet} is not a subnet that is leased out of ${describeNetworks(plan)}`,
    );
  }
  const lost = book.lost.get(keyOf(lease));
  if (lost?.ended === 'fenced')
    throw new Refused(
      'lease-fenced',
      `lease ${lost.lease.overlaySubnet} was taken from ${lease.cell}: acquire another`,
    );
  const isItsOwn = lost?.lease.overlaySubnet === lease.overlaySubnet && !occupied.has(lease.overlaySubnet);
  if (!isItsOwn && !isFree(book.space, parseBlock(lease.overlaySubnet), command))
    throw new Refused('subnet-taken', `lease ${lease.overlaySubnet} is in quarantine, or overlaps with another`);
  return { type: 'lease-acquired', lease };
}

function refuseTaken({ bySubnet, byUnderlayAddress, byHardwareAddress }: LeaseBook, lease: Lease): void {
  const holder =
    bySubnet.get(lease.overlaySubnet) ??
    byUnderlayAddress.get(lease.underlayAddress) ??
    byHardwareAddress.get(lease.overlayHardwareAddress);
  if (holder) {
    throw new Refused('subnet-taken', `lease ${holder.overlaySubnet} is held by ${describeHolder(holder)}`);
  }
}
