import { sleep } from './sleep';

/** How waits between attempts grow. */
export interface BackoffSteps {
  /** The longest the first wait can be, in milliseconds; each wait after it may be twice as long as the one before. */
  readonly firstMs: number;
  /** The longest any wait can be, in milliseconds. */
  readonly maxMs: number;
  /** Ends a wait early. */
  readonly signal?: AbortSignal;
}

/** Waits that grow from one to the next. */
export interface Backoff {
  /**
   * Waits between half and all of the current step, then doubles the step. Chance spreads out those who failed at the same moment.
   * @throws the reason of the signal when it was aborted.
   */
  wait(): Promise<void>;
  /** Begins again with the first step; called after a success. */
  reset(): void;
}

/** Makes a {@link Backoff}. */
export function backoff({ firstMs, maxMs, signal }: BackoffSteps): Backoff {
  let stepMs = firstMs;
  return {
    async wait() {
      const ms = stepMs * (0.5 + Math.random() / 2);
      stepMs = Math.min(stepMs * 2, maxMs);
      await sleep(ms, signal);
    },
    reset() {
      stepMs = firstMs;
    },
  };
}
