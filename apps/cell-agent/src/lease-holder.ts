import { setTimeout as delay } from 'node:timers/promises';
import { LeaseRefused, type LeaseClient, type LeaseGrant, type LeaseMessage } from '@heddle/cell-protocol';
import { backoff, FatalError, messageOf, type Logger } from '@heddle/platform';

const RETRY = { firstMs: 100, maxMs: 5_000 };

/**
 * Gets the cell its lease, waiting for a control plane that is away.
 * @throws {FatalError} when the control plane refuses; the reason of the signal when it was aborted.
 */
export async function acquireLease(
  client: Pick<LeaseClient, 'acquire'>,
  request: { cell: string; underlayAddress: string },
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

/** Renews the lease at each interval until the signal says stop. A failure is logged: the next interval tries again. */
export async function keepLease(
  client: Pick<LeaseClient, 'renew'>,
  lease: LeaseMessage,
  intervalMs: number,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await delay(intervalMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      await client.renew(lease);
    } catch (error) {
      logger.error({ error: messageOf(error), lease: lease.overlaySubnet }, 'the lease could not be renewed');
    }
  }
}
