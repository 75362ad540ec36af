import { setTimeout as delay } from 'node:timers/promises';

/** When something is done. */
export interface Interval {
  readonly everyMs: number;
  /** Which share of the interval is left to chance, so that cells do not do it together; 0 without it. */
  readonly jitter?: number;
  readonly signal: AbortSignal;
}

/** Does something at each interval, the first time after one, until the signal says stop. It deals with its own errors. */
export async function atIntervals(
  { everyMs, jitter = 0, signal }: Interval,
  act: () => void | Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const ms = everyMs * (1 - jitter / 2 + Math.random() * jitter);
    await delay(ms, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await act();
  }
}
