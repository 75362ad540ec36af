import { formatBlock, parseBlock, type Ipv4Block } from '../ipv4';
import { PersistentMap } from '../persistent-map';
import { sameLease, type Lease } from './lease';
import { memberOf, membersOverlapping, poolSize, type LeaseKind, type Member, type OverlayPlan } from './overlay-plan';
import { WaitingLine } from './waiting-line';

/** A subnet that was taken from its holder, who may not know yet. */
export interface Quarantined {
  readonly lease: Lease;
  readonly ended: 'expired' | 'fenced';
  /** Epoch milliseconds. */
  readonly sinceMs: number;
}

interface Pool {
  /** The lowest member that was never leased; none below it is without a history. */
  readonly fresh: number;
  /** Members that were given back, the one that has been free longest first. */
  readonly freed: WaitingLine<Ipv4Block>;
  readonly quarantine: WaitingLine<Quarantined>;
}

/** A member that is leased, or overlaps with leases from before the plan was changed. */
interface Occupied {
  readonly leases: number;
  /** Of those that ended while others stood. */
  readonly quarantined?: Quarantined;
}

/**
 * Which members of the plan are free. A member is exactly one of: never leased, freed, in quarantine, occupied. A lease from
 * before the plan was changed occupies every member it shares an address with, so nothing that overlaps with it is given out.
 */
export interface OverlaySpace {
  readonly plan: OverlayPlan;
  readonly occupied: PersistentMap<Occupied>;
  readonly pools: Readonly<Record<LeaseKind, Pool>>;
}

/** How long quarantine is now. */
interface Now {
  readonly atMs: number;
  readonly quarantineMs: number;
}

const UNUSED: Pool = { fresh: 0, freed: WaitingLine.empty(), quarantine: WaitingLine.empty() };

/** A space in which nothing was ever leased. */
export function emptySpace(plan: OverlayPlan): OverlaySpace {
  return { plan, occupied: PersistentMap.empty(), pools: { block: UNUSED, address: UNUSED } };
}

/**
 * The block to give next: the lowest that was never leased; else the one that has been free for longest; else the one that has
 * been in quarantine for longest, if its time has passed. So a subnet rests as long as possible before it gets another owner.
 */
export function nextFree({ plan, pools }: OverlaySpace, kind: LeaseKind, now: Now): Ipv4Block | undefined {
  const { fresh, freed, quarantine } = pools[kind];
  if (fresh < poolSize(plan, kind)) return memberOf(plan, kind, fresh);
  if (freed.oldest) return freed.oldest.value;
  const { oldest } = quarantine;
  return oldest && hasPassed(oldest.value, now) ? parseBlock(oldest.key) : undefined;
}

/** Whether a block is a member, and nobody has it or is feared to use it. */
export function isFree(space: OverlaySpace, block: Ipv4Block, now: Now): boolean {
  const key = formatBlock(block);
  const found = membersOverlapping(space.plan, block).find(({ member }) => formatBlock(member) === key);
  if (!found || space.occupied.has(key)) return false;
  const held = space.pools[found.kind].quarantine.get(key);
  return !held || hasPassed(held, now);
}

/** Whether a lease of this subnet shares a member of the plan with one that stands. */
export function isOccupied({ plan, occupied }: OverlaySpace, subnet: string): boolean {
  return membersOverlapping(plan, parseBlock(subnet)).some(({ member }) => occupied.has(formatBlock(member)));
}

/** After a lease of this subnet was given. */
export function occupy(space: OverlaySpace, subnet: string): OverlaySpace {
  return membersOverlapping(space.plan, parseBlock(subnet)).reduce((before, { kind, member }) => {
    const key = formatBlock(member);
    const pool = before.pools[kind];
    const quarantined = before.occupied.get(key)?.quarantined ?? pool.quarantine.get(key);
    const leases = (before.occupied.get(key)?.leases ?? 0) + 1;
    // In a member that is leased itself nobody else's quarantine is left: it passed, or the lease was its own.
    const rest = key === subnet || !quarantined ? {} : { quarantined };
    const occupied = before.occupied.set(key, { leases, ...rest });
    return withPool({ ...before, occupied }, kind, {
      ...pool,
      freed: pool.freed.remove(key),
      quarantine: pool.quarantine.remove(key),
    });
  }, space);
}

/** After a lease ended: its subnet is free, or in quarantine. */
export function vacate(space: OverlaySpace, subnet: string, quarantined?: Quarantined): OverlaySpace {
  return membersOverlapping(space.plan, parseBlock(subnet)).reduce((before, found) => {
    const key = formatBlock(found.member);
    const { leases, quarantined: earlier } = before.occupied.get(key) ?? { leases: 1 };
    const last = quarantined ?? earlier;
    if (leases > 1) {
      const occupied = before.occupied.set(key, { leases: leases - 1, ...(last && { quarantined: last }) });
      return { ...before, occupied };
    }
    return rest({ ...before, occupied: before.occupied.delete(key) }, found, last);
  }, space);
}

/** After the old holder of a subnet is known to be gone, where it was in quarantine on that account. */
export function endQuarantine(space: OverlaySpace, lease: Lease): OverlaySpace {
  return membersOverlapping(space.plan, parseBlock(lease.overlaySubnet)).reduce((before, found) => {
    const key = formatBlock(found.member);
    const pool = before.pools[found.kind];
    const occupied = before.occupied.get(key);
    if (occupied?.quarantined && sameLease(occupied.quarantined.lease, lease))
      return { ...before, occupied: before.occupied.set(key, { leases: occupied.leases }) };
    const quarantined = pool.quarantine.get(key);
    if (!quarantined || !sameLease(quarantined.lease, lease)) return before;
    return rest(withPool(before, found.kind, { ...pool, quarantine: pool.quarantine.remove(key) }), found, undefined);
  }, space);
}

function rest(space: OverlaySpace, { kind, index, member }: Member, quarantined?: Quarantined): OverlaySpace {
  const pool = space.pools[kind];
  const key = formatBlock(member);
  if (quarantined) return withPool(space, kind, { ...pool, quarantine: pool.quarantine.push(key, quarantined) });
  return index < pool.fresh ? withPool(space, kind, { ...pool, freed: pool.freed.push(key, member) }) : space;
}

/** A pool whose mark of what was never leased is moved behind what is known to have been. */
function withPool(space: OverlaySpace, kind: LeaseKind, pool: Pool): OverlaySpace {
  let { fresh } = pool;
  const size = poolSize(space.plan, kind);
  for (; fresh < size; fresh++) {
    const key = formatBlock(memberOf(space.plan, kind, fresh));
    if (!space.occupied.has(key) && pool.quarantine.get(key) === undefined) break;
  }
  return { ...space, pools: { ...space.pools, [kind]: { ...pool, fresh } } };
}

function hasPassed({ sinceMs }: Quarantined, { atMs, quarantineMs }: Now): boolean {
  return atMs - sinceMs >= quarantineMs;
}

/** How many members of a pool could be given now, quarantines left out. */
export function countFree({ plan, occupied, pools }: OverlaySpace, kind: LeaseKind): number {
  const { fresh, freed, quarantine } = pools[kind];
  let free = freed.size;
  for (let index = fresh; index < poolSize(plan, kind); index++) {
    const key = formatBlock(memberOf(plan, kind, index));
    if (!occupied.has(key) && quarantine.get(key) === undefined) free++;
  }
  return free;
}
