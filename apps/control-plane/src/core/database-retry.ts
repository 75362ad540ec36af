import { setTimeout as delay } from 'node:timers/promises';
import type { RetryBounds } from '@heddle/platform';
import { ReadModelUnavailable } from '@heddle/read-model';

/** How a projection waits for a database that went away: ten minutes, then the process ends and says so. */
export const DATABASE_RETRY: RetryBounds = {
  firstMs: 50,
  maxMs: 5_000,
  withinMs: 600_000,
  canPass: (error) => error instanceof ReadModelUnavailable,
};

/** Waits for some work to end, but not longer than this. */
export async function settledWithin(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, delay(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}
