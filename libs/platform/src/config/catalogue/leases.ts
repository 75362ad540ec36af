import { z } from 'zod';
import { blockContains, parseBlock } from '@heddle/domain/ipv4';
import { SECONDS_PER_YEAR, type Setting, wholeNumber } from '../setting';

const networks = {
  expects: 'IPv4 blocks such as 10.255.0.0/16, with commas between them, no bits set behind a prefix, and no overlap',
  schema: z
    .string()
    .transform((text) => text.split(',').map((block) => block.trim()))
    .refine(areApart),
};

/** The overlay network, and how cells share it. */
export const leaseSettings = {
  overlayNetworks: {
    env: 'HEDDLE_OVERLAY_NETWORKS',
    description:
      'The blocks all container addresses come from, with commas between them; they must not overlap. Leases outside them stay until they end, new ones come from here; see `HEDDLE_OVERLAY_DRAINED_NETWORKS`.',
    default: '10.255.0.0/16',
    ...networks,
  },
  overlayDrainedNetworks: {
    env: 'HEDDLE_OVERLAY_DRAINED_NETWORKS',
    description:
      'Blocks that addresses came from before, for as long as leases in them stand: no new ones are given, and all cells go on reaching those that are left. Without it a lease outside `HEDDLE_OVERLAY_NETWORKS` stands, and no cell has a route to it.',
    ...networks,
  },
  overlayBlockPrefix: {
    env: 'HEDDLE_OVERLAY_BLOCK_PREFIX',
    description: 'The prefix length of the block each cell leases; 24 gives 254 containers per cell.',
    unit: 'bits',
    default: '24',
    ...wholeNumber(1, 30),
  },
  leaseExpirationSeconds: {
    env: 'HEDDLE_LEASE_EXPIRATION',
    description: 'How long the lease of a cell that is not heard of stays its own.',
    unit: 'seconds',
    default: '604800',
    ...wholeNumber(1, SECONDS_PER_YEAR),
  },
  leaseQuarantineSeconds: {
    env: 'HEDDLE_LEASE_QUARANTINE',
    description:
      'How long the subnet of a lease that expired or was taken away is given to no other cell. It is free as soon as its old holder says that it has stopped using it; the time is for holders that never come back.',
    unit: 'seconds',
    default: '3600',
    ...wholeNumber(0, SECONDS_PER_YEAR),
  },
  leaseRenewIntervalSeconds: {
    env: 'HEDDLE_LEASE_RENEW_INTERVAL',
    description: 'How often a cell renews its lease.',
    unit: 'seconds',
    default: '30',
    ...wholeNumber(1, SECONDS_PER_YEAR),
  },
} as const satisfies Record<string, Setting<unknown>>;

function areApart(texts: readonly string[]): boolean {
  try {
    const blocks = texts.map(parseBlock);
    // Of two blocks that share an address, one holds the other.
    return blocks.every((one, i) => blocks.every((other, j) => i === j || !blockContains(one, other)));
  } catch {
    return false;
  }
}
