import { PersistentMap } from '../persistent-map';
import type { LeaseEvent } from './events';
import type { Holder, Lease } from './lease';
import { withLife, type Lives } from './lives';
import type { OverlayPlan } from './overlay-plan';
import {
  countFree,
  emptySpace,
  endQuarantine,
  occupy,
  vacate,
  type OverlaySpace,
  type Quarantined,
} from './overlay-space';

/** Who holds which subnet, and who may still use one that was taken away; folded from the log. */
export interface LeaseBook {
  readonly space: OverlaySpace;
  /** The leases that stand. */
  readonly byCell: PersistentMap<Lease>;
  readonly bySubnet: PersistentMap<Lease>;
  readonly byUnderlayAddress: PersistentMap<Lease>;
  readonly byHardwareAddress: PersistentMap<Lease>;
  /** Leases that expired or were fenced and whose holder is not known to be gone, by {@link keyOf}. */
  readonly lost: PersistentMap<Quarantined>;
  /** By the name of the cell. */
  readonly lives: PersistentMap<Lives>;
}

/** A book without leases. */
export function emptyLeaseBook(plan: OverlayPlan): LeaseBook {
  return {
    space: emptySpace(plan),
    byCell: PersistentMap.empty(),
    bySubnet: PersistentMap.empty(),
    byUnderlayAddress: PersistentMap.empty(),
    byHardwareAddress: PersistentMap.empty(),
    lost: PersistentMap.empty(),
    lives: PersistentMap.empty(),
  };
}

/** One key per holder; an incarnation has no slash. */
export function keyOf({ cell, incarnation = '' }: Holder): string {
  return `${incarnation}/${cell}`;
}

/** The book after an event. */
export function evolveLeases(book: LeaseBook, event: LeaseEvent): LeaseBook {
  const { lease } = event;
  switch (event.type) {
    case 'lease-acquired':
      return acquired(book, lease);
    case 'lease-released':
      return ended(book, lease);
    case 'lease-quarantine-ended':
      return forgotten(book, lease);
    case 'lease-expired':
      return ended(book, lease, { lease, ended: 'expired', sinceMs: event.atMs ?? 0 });
    case 'lease-fenced':
      return ended(book, lease, { lease, ended: 'fenced', sinceMs: event.atMs });
  }
}

function acquired(book: LeaseBook, lease: Lease): LeaseBook {
  const before = book.byCell.get(lease.cell);
  const kept = before?.overlaySubnet === lease.overlaySubnet;
  const without = before ? (kept ? unlisted(book, before) : ended(book, before)) : book;
  // Whoever comes for a lease knows that the one it lost is lost.
  const known = forgotten(without, lease);
  const { incarnation } = lease;
  return {
    ...known,
    space: kept ? known.space : occupy(known.space, lease.overlaySubnet),
    byCell: known.byCell.set(lease.cell, lease),
    bySubnet: known.bySubnet.set(lease.overlaySubnet, lease),
    byUnderlayAddress: known.byUnderlayAddress.set(lease.underlayAddress, lease),
    byHardwareAddress: known.byHardwareAddress.set(lease.overlayHardwareAddress, lease),
    lost: withoutOthersOf(known.lost, known.space, lease),
    lives:
      incarnation === undefined
        ? known.lives
        : known.lives.set(lease.cell, withLife(known.lives.get(lease.cell), incarnation)),
  };
}

/** Who had lost a subnet that another gets now has lost it for good. */
function withoutOthersOf(
  lost: LeaseBook['lost'],
  { pools }: OverlaySpace,
  { overlaySubnet }: Lease,
): LeaseBook['lost'] {
  const other = pools.block.quarantine.get(overlaySubnet) ?? pools.address.quarantine.get(overlaySubnet);
  return other ? lost.delete(keyOf(other.lease)) : lost;
}

function ended(book: LeaseBook, lease: Lease, quarantined?: Quarantined): LeaseBook {
  const held = book.byCell.get(lease.cell);
  if (!held) return book;
  const without = unlisted(book, held);
  return {
    ...without,
    space: vacate(without.space, held.overlaySubnet, quarantined),
    lost: quarantined ? without.lost.set(keyOf(held), quarantined) : without.lost,
  };
}

function unlisted(book: LeaseBook, lease: Lease): LeaseBook {
  return {
    ...book,
    byCell: book.byCell.delete(lease.cell),
    bySubnet: book.bySubnet.delete(lease.overlaySubnet),
    byUnderlayAddress: book.byUnderlayAddress.delete(lease.underlayAddress),
    byHardwareAddress: book.byHardwareAddress.delete(lease.overlayHardwareAddress),
  };
}

function forgotten(book: LeaseBook, holder: Holder): LeaseBook {
  const key = keyOf(holder);
  const lost = book.lost.get(key);
  return lost ? { ...book, lost: book.lost.delete(key), space: endQuarantine(book.space, lost.lease) } : book;
}

/** How many blocks could be given now; those in quarantine are not among them. */
export function freeBlocks({ space }: LeaseBook): number {
  return countFree(space, 'block');
}
