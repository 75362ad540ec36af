import { backoff, type BackoffSteps } from './backoff';

/** When to try again, and when to give up. */
export interface RetryBounds extends BackoffSteps {
  /** No attempt begins later than this after the first one, in milliseconds. */
  readonly withinMs: number;
  /** Whether an error can pass by itself; without it every error is taken to. */
  readonly canPass?: (error: unknown) => boolean;
}

/**
 * Tries until it succeeds.
 * @param attempt gets the number of attempts made before it; it must have a bound of its own.
 * @throws the error of the last attempt when the time is over or the error cannot pass, and the reason of the signal when it was aborted.
 */
export async function retry<Result>(
  attempt: (before: number) => Promise<Result>,
  { withinMs, canPass = () => true, ...steps }: RetryBounds,
): Promise<Result> {
  const deadline = performance.now() + withinMs;
  const between = backoff(steps);
  for (let before = 0; ; before++) {
    steps.signal?.throwIfAborted();
    try {
      return await attempt(before);
    } catch (error) {
      if (!canPass(error) || performance.now() >= deadline) throw error;
    }
    await between.wait();
  }
}
