import { parseBlock } from '../ipv4';
import { Refused } from '../refused';
import type { AcquireLease } from './commands';
import type { LeaseAcquired, LeaseFenced } from './events';
import { addressesOf, describeHolder, isKnownByAddress, sameHolder, type Lease } from './lease';
import { keyOf, type LeaseBook } from './lease-book';
import { isSuperseded, numberOf } from './lives';
import { describeNetworks, kindOf, poolSize } from './overlay-plan';
import { isFree, nextFree } from './overlay-space';

/**
 * What stands between a cell and its lease, one thing at a time: the lease of an earlier incarnation, then that of a silent cell
 * with the same underlay address; then the lease itself.
 */
export function acquireLease(book: LeaseBook, command: AcquireLease): LeaseAcquired | LeaseFenced | undefined {
  const { cell, incarnation, underlayAddress } = command;
  refuseSuperseded(book, command);
  const standing = book.byCell.get(cell);
  const isItsOwn = standing && (sameHolder(standing, command) || isFromBeforeIncarnations(standing));
  if (standing && !isItsOwn) return fenced(standing, 'superseded', command);
  const isAsItWas = standing?.underlayAddress === underlayAddress && standing.incarnation === incarnation;
  if (standing && isAsItWas && !wantsToMove(book, standing)) return undefined;
  const atItsAddress = book.byUnderlayAddress.get(underlayAddress);
  if (atItsAddress && atItsAddress.cell !== cell) {
    if (command.silent && sameHolder(command.silent, atItsAddress))
      return fenced(atItsAddress, 'address-reused', command);
    throw new Refused('underlay-address-taken', refusalOfAddress(cell, atItsAddress));
  }
  const identity = {
    cell,
    ...(incarnation !== undefined && { incarnation, incarnationNumber: numberOf(book.lives.get(cell), incarnation) }),
    underlayAddress,
  };
  const { overlaySubnet, overlayHardwareAddress } =
    standing && !wantsToMove(book, standing) ? standing : chosenAddresses(book, command);
  return { type: 'lease-acquired', lease: { ...identity, overlaySubnet, overlayHardwareAddress } };
}

function fenced(lease: Lease, because: LeaseFenced['because'], { atMs }: AcquireLease): LeaseFenced {
  return { type: 'lease-fenced', lease, because, atMs };
}

/** Two machines of one name would take the lease from each other for ever: the one that came last keeps it. */
function refuseSuperseded({ lives }: LeaseBook, { cell, incarnation }: AcquireLease): void {
  const known = lives.get(cell);
  if (!known || incarnation === undefined || !isSuperseded(known, incarnation)) return;
  throw new Refused(
    'incarnation-superseded',
    `${cell} (incarnation ${numberOf(known, incarnation)}) was superseded by incarnation ${known.newest}: ` +
      `give this machine another name, or remove its state directory to make it the newest`,
  );
}

/** The agent was upgraded, and is still the one that holds the lease. */
function isFromBeforeIncarnations(standing: Lease): boolean {
  return standing.incarnation === undefined && !isKnownByAddress(standing);
}

/** A silk daemon asks when it has no VTEP, or one outside the network, and no containers: then it can go where the plan wants it. */
function wantsToMove({ space }: LeaseBook, standing: Lease): boolean {
  return isKnownByAddress(standing) && kindOf(space.plan, parseBlock(standing.overlaySubnet)) === undefined;
}

function refusalOfAddress(cell: string, holder: Lease): string {
  return (
    `${cell}: underlay address ${holder.underlayAddress} belongs to lease ${holder.overlaySubnet} of ${describeHolder(holder)}, ` +
    `which is alive; stop that cell, or release that lease: heddle lease release ${holder.overlaySubnet}`
  );
}

/** What the cell remembers, if nobody else has it; else what it lost and nobody else got; else the next free one. */
function chosenAddresses(
  book: LeaseBook,
  command: AcquireLease,
): Pick<Lease, 'overlaySubnet' | 'overlayHardwareAddress'> {
  const { space, byHardwareAddress } = book;
  const own = book.lost.get(keyOf(command))?.lease;
  if (own && kindOf(space.plan, parseBlock(own.overlaySubnet)) && !book.space.occupied.has(own.overlaySubnet))
    return own;
  const { held } = command;
  if (
    held &&
    isFree(space, parseBlock(held.overlaySubnet), command) &&
    !byHardwareAddress.has(held.overlayHardwareAddress)
  )
    return held;
  const kind = command.singleAddress ? 'address' : 'block';
  const block = nextFree(space, kind, command);
  if (block) return addressesOf(block);
  const quarantined = space.pools[kind].quarantine.size;
  throw new Refused(
    'no-lease-available',
    `all ${poolSize(space.plan, kind)} ${kind === 'block' ? 'subnets' : 'single addresses'} of ${describeNetworks(space.plan)} are leased` +
      `${quarantined > 0 ? `, ${quarantined} of them in quarantine` : ''}: release one, or add a network`,
  );
}
