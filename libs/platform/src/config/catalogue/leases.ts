import { z } from 'zod';
import { parseBlock } from '@heddle/domain';
import { SECONDS_PER_YEAR, type Setting, wholeNumber } from '../setting';

/** The overlay network, and how cells share it. */
export const leaseSettings = {
  overlayNetwork: {
    env: 'HEDDLE_OVERLAY_NETWORK',
    description: 'The block all container addresses come from.',
    default: '10.255.0.0/16',
    expects: 'an IPv4 block such as 10.255.0.0/16, with no bits set behind its prefix',
    schema: z.string().refine(isBlock),
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
  leaseRenewIntervalSeconds: {
    env: 'HEDDLE_LEASE_RENEW_INTERVAL',
    description: 'How often a cell renews its lease.',
    unit: 'seconds',
    default: '30',
    ...wholeNumber(1, SECONDS_PER_YEAR),
  },
} as const satisfies Record<string, Setting<unknown>>;

function isBlock(text: string): boolean {
  try {
    parseBlock(text);
    return true;
  } catch {
    return false;
  }
}
