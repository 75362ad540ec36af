import { setTimeout as delay } from 'node:timers/promises';
import {
  LeaseRefused,
  type AcquireRequest,
  type LeaseClient,
  type LeaseGrant,
  type LeaseMessage,
} from '@heddle/cell-protocol';
import { blockContains, parseBlock } from '@heddle/domain';
import { backoff, FatalError, messageOf, type Logger } from '@heddle/platform';

const RETRY = { firstMs: 100, maxMs: 5_000 };

/**
 * Gets the cell its lease, waiting for a control plane that is away.
 * @throws {FatalError} when the control plane refuses; the reason of the signal when it was aborted.
 */
export async function acquireLease(
  client: Pick<LeaseClient, 'acquire'>,
  request: AcquireRequest,
  logger: Logger,
  signal: AbortSignal,
): Promise<LeaseGrant> {
  const pause = backoff({ ...RETRY, signal });
  for (;;) {
    try {
      return await client.acquire(request);
    } catch (error) {
      if (error instanceof LeaseRefused && error.code !== 'unavailable')
        throw new FatalError(error.message, { cause: error });
      logger.warn({ error: messageOf(error) }, 'no lease yet; asking again');
      await pause.wait();
    }
  }
}

/** The network of the overlay that a lease is cut from; the first one for a lease from before the networks were changed. */
export function networkOf({ lease, overlayNetworks }: LeaseGrant): string {
  const subnet = parseBlock(lease.overlaySubnet);
  const [first = lease.overlaySubnet] = overlayNetworks;
  return overlayNetworks.find((network) => blockContains(parseBlock(network), subnet)) ?? first;
}

/** Renews the lease at once and at each interval, until the signal says stop. */
export async function keepLease(
  client: Pick<LeaseClient, 'renew'>,
  lease: LeaseMessage,
  intervalMs: number,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      client.renew(lease);
    } catch (error) {
      logger.error({ error: messageOf(error), lease: lease.overlaySubnet }, 'the lease could not be renewed');
    }
    await delay(intervalMs, undefined, { signal }).catch(() => {});
  }
}
