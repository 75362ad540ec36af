import { backoff, retry } from '@heddle/platform/time';
import { canPass } from '../api/answers';
import type { ApiClient } from '../api/api-client';
import type { ChangeWithEnforcement } from '../api/schemas';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Waits until a change is in force on every cell concerned, or the time is over.
 *
 * The control plane holds each answer back until then or for a minute, so waiting costs it nothing. Once it has answered,
 * it may go away for a while within the time: whoever waits for a roll-out may well wait over a restart.
 * @returns the change with what was known last.
 * @throws {FatalError} when the control plane does not answer at first, or not any more at the end.
 */
export async function waitUntilInForce(
  api: Pick<ApiClient, 'change'>,
  seq: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ChangeWithEnforcement> {
  const deadline = performance.now() + timeoutMs;
  const leftMs = (): number => deadline - performance.now();
  const pauses = { firstMs: FIRST_PAUSE_MS, maxMs: LONGEST_PAUSE_MS, signal };
  const between = backoff(pauses);

  let known = await api.change(seq);
  while (known.enforcement.state === 'pending' && leftMs() > 0) {
    const askedAt = performance.now();
    known = await retry(() => api.change(seq, leftMs()), { ...pauses, withinMs: leftMs(), canPass });
    // An answer that was not held back, whatever the reason, must not turn this into a busy loop.
    if (known.enforcement.state === 'pending' && performance.now() - askedAt < FIRST_PAUSE_MS) await between.wait();
  }
  return known;
}
