import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits.
 * @param signal ends the wait early.
 * @throws the reason of the signal when it was aborted.
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
