import { setTimeout as delay } from 'node:timers/promises';

/** What a promise resolves with, or `undefined` when that takes longer, or the signal says stop. @throws what it throws in time */
export async function orLater<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  const over = new AbortController();
  const late = delay(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}
