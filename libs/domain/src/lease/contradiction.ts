import { blockContains, parseBlock, type Ipv4Block } from '../ipv4';
import type { LeaseEvent } from './events';
import { describeHolder, sameLease, type Lease } from './lease';
import type { LeaseBook } from './lease-book';
import { isOccupied } from './overlay-space';

/** Why an event cannot follow on a book: half a sentence. `undefined` for every event that was decided on it. */
export function leaseContradiction(book: LeaseBook, { type, lease }: LeaseEvent): string | undefined {
  if (type === 'lease-quarantine-ended') return undefined;
  if (type === 'lease-acquired') return ofTaken(book, lease);
  const standing = book.byCell.get(lease.cell);
  if (standing && sameLease(standing, lease)) return undefined;
  return `it ends the lease ${lease.overlaySubnet} of ${describeHolder(lease)}, which does not stand`;
}

function ofTaken(book: LeaseBook, lease: Lease): string | undefined {
  const block = blockIn(lease.overlaySubnet);
  if (!block) return `'${lease.overlaySubnet}' is no subnet`;
  const holder = book.bySubnet.get(lease.overlaySubnet) ?? overlapping(book, lease, block);
  if (!holder || holder.cell === lease.cell) return undefined;
  return `it gives ${lease.overlaySubnet} to ${describeHolder(lease)} while ${describeHolder(holder)} has ${holder.overlaySubnet}`;
}

/** Leases outside the plan are not looked for: they do not overlap with what is given out. */
function overlapping(
  { space, byCell }: LeaseBook,
  { cell, overlaySubnet }: Lease,
  block: Ipv4Block,
): Lease | undefined {
  if (!isOccupied(space, overlaySubnet)) return undefined;
  return [...byCell.values()].find((other) => {
    if (other.cell === cell) return false;
    const held = parseBlock(other.overlaySubnet);
    return blockContains(held, block) || blockContains(block, held);
  });
}

function blockIn(subnet: string): Ipv4Block | undefined {
  try {
    return parseBlock(subnet);
  } catch {
    return undefined;
  }
}
