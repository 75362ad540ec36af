import { blockContains, blockSize, formatBlock, type Ipv4Block } from '../ipv4';
import { PersistentMap } from '../persistent-map';
import type { Lease } from './lease';

/** The overlay network and the size of the blocks it is cut into. */
export interface OverlayPlan {
  readonly network: Ipv4Block;
  /** Prefix length of the block a cell gets, in bits; longer than the network's. */
  readonly blockPrefixLength: number;
}

/** Who holds which subnet, folded from the log. */
export interface LeaseBook {
  readonly plan: OverlayPlan;
  readonly byCell: PersistentMap<Lease>;
  readonly bySubnet: PersistentMap<Lease>;
  readonly byUnderlayAddress: PersistentMap<Lease>;
}

/** A book without leases. */
export function emptyLeaseBook(plan: OverlayPlan): LeaseBook {
  return {
    plan,
    byCell: PersistentMap.empty(),
    bySubnet: PersistentMap.empty(),
    byUnderlayAddress: PersistentMap.empty(),
  };
}

/** How many blocks cells can hold: all but the first, which is kept back for single-address leases (as silk does). */
export function blocksIn({ network, blockPrefixLength }: OverlayPlan): number {
  return 2 ** (blockPrefixLength - network.prefixLength) - 1;
}

/** The lowest block that no cell holds, or `undefined` when all are held. */
export function lowestFreeBlock({ plan, bySubnet }: LeaseBook): Ipv4Block | undefined {
  const { network, blockPrefixLength: prefixLength } = plan;
  const size = blockSize({ base: 0, prefixLength });
  for (let i = 1; i <= blocksIn(plan); i++) {
    const block = { base: network.base + i * size, prefixLength };
    if (!bySubnet.has(formatBlock(block))) return block;
  }
  return undefined;
}

/** Whether a block is one that the plan hands out. */
export function isInPlan({ network, blockPrefixLength }: OverlayPlan, block: Ipv4Block): boolean {
  return block.prefixLength === blockPrefixLength && block.base !== network.base && blockContains(network, block);
}
