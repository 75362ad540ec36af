import { blockContains, parseBlock, type Ipv4Block } from '@heddle/domain';
import type { CellKnowledge } from './desired-state';
import type { LocalContainer, Peer } from './inputs';

/** A container of a cell, whether it is on the overlay or not. */
export interface HeldContainer extends LocalContainer {
  /** Whether others have given it its address, which then has nothing to do with leases. */
  readonly isGiven: boolean;
}

/** Everything that a cell knows. */
export interface WholeKnowledge extends Omit<CellKnowledge, 'containers' | 'peers'> {
  readonly containers: readonly HeldContainer[];
  /** The other cells; asked for only where they count. */
  peers(): readonly Peer[];
}

/**
 * What of it the kernel state follows from. A container with an address of a lease that the cell lost is no part of it, so that nothing
 * goes in or out under that address. Without a lease there are neither peers nor a way out.
 * @param subnet of the lease that the cell may use; `null` while it may use none
 */
export function knowledgeUnder(
  subnet: Ipv4Block | null,
  { containers: held, apps, peers, outside }: WholeKnowledge,
): CellKnowledge {
  const containers = held.filter(
    ({ address, isGiven }) => isGiven || (subnet !== null && blockContains(subnet, parseBlock(`${address}/32`))),
  );
  return subnet === null ? { containers, apps, peers: [] } : { containers, apps, peers: peers(), outside };
}
