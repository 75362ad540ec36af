import { blockContains, blockSize, formatBlock, type Ipv4Block } from '../ipv4';

/** The networks of the overlay, and the size of the blocks they are cut into. */
export interface OverlayPlan {
  /** They do not overlap, and each holds more than one block. */
  readonly networks: readonly Ipv4Block[];
  /** Prefix length of the block a cell gets, in bits; longer than that of every network. */
  readonly blockPrefixLength: number;
}

/** What a cell can lease: a block, or one address. */
export type LeaseKind = 'block' | 'address';

/** How many members a pool has: all blocks but the first of each network; all addresses of the very first block but its first. */
export function poolSize(plan: OverlayPlan, kind: LeaseKind): number {
  if (kind === 'address') return sizeOfBlock(plan) - 1;
  return plan.networks.reduce((sum, network) => sum + blocksOf(plan, network), 0);
}

/** The n-th member of a pool, from 0: in the order of the networks, and ascending in each. */
export function memberOf(plan: OverlayPlan, kind: LeaseKind, index: number): Ipv4Block {
  if (kind === 'address') return { base: firstNetwork(plan).base + 1 + index, prefixLength: 32 };
  let left = index;
  for (const network of plan.networks) {
    const blocks = blocksOf(plan, network);
    if (left < blocks) {
      return { base: network.base + (left + 1) * sizeOfBlock(plan), prefixLength: plan.blockPrefixLength };
    }
    left -= blocks;
  }
  throw new RangeError(`the overlay has no block ${index}`);
}

/** Of which pool a block is a member; of none when the plan does not hand it out. */
export function kindOf(plan: OverlayPlan, block: Ipv4Block): LeaseKind | undefined {
  return membersOverlapping(plan, block).find(({ member }) => formatBlock(member) === formatBlock(block))?.kind;
}

/** A member of a pool, and its place there. */
export interface Member {
  readonly kind: LeaseKind;
  readonly index: number;
  readonly member: Ipv4Block;
}

/** Every member of both pools that shares an address with a block. For a member that is itself and nothing else. */
export function membersOverlapping(plan: OverlayPlan, block: Ipv4Block): Member[] {
  const found: Member[] = [];
  const size = sizeOfBlock(plan);
  let offset = 0;
  for (const network of plan.networks) {
    const count = blocksOf(plan, network);
    for (const at of placesWithin(network.base, size, count + 1, block)) {
      if (at > 0)
        found.push({ kind: 'block', index: offset + at - 1, member: memberOf(plan, 'block', offset + at - 1) });
    }
    offset += count;
  }
  for (const at of placesWithin(firstNetwork(plan).base, 1, size, block)) {
    if (at > 0) found.push({ kind: 'address', index: at - 1, member: memberOf(plan, 'address', at - 1) });
  }
  return found;
}

/** The names of the networks: `10.255.0.0/16, 10.254.0.0/16`. */
export function describeNetworks({ networks }: OverlayPlan): string {
  return networks.map(formatBlock).join(', ');
}

/** Which of `count` pieces of some size, one behind the other from a base on, share an address with a block. */
function placesWithin(base: number, size: number, count: number, block: Ipv4Block): number[] {
  const from = Math.max(0, Math.floor((block.base - base) / size));
  const to = Math.min(count - 1, Math.ceil((block.base + blockSize(block) - base) / size) - 1);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

function blocksOf(plan: OverlayPlan, network: Ipv4Block): number {
  return blockSize(network) / sizeOfBlock(plan) - 1;
}

function sizeOfBlock({ blockPrefixLength }: OverlayPlan): number {
  return blockSize({ base: 0, prefixLength: blockPrefixLength });
}

function firstNetwork({ networks: [first] }: OverlayPlan): Ipv4Block {
  if (!first) throw new RangeError('an overlay has at least one network');
  return first;
}

/** Whether a block lies wholly inside one of the networks. */
export function isInNetworks(networks: readonly Ipv4Block[], block: Ipv4Block): boolean {
  return networks.some((network) => blockContains(network, block));
}
