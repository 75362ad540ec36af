import { sleep } from '@heddle/platform';

/** Whatever lay between two entries, nobody waits longer than this for the second. */
export const LONGEST_PAUSE_MS = 5_000;

/** How fast entries are given. */
export interface Speed {
  /** How many times as fast as they happened. */
  readonly factor: number;
  /** When what was given before the first of them happened; without it the first comes at once. */
  readonly afterMs?: number | null;
  /** Ends a pause, by throwing. */
  readonly signal: AbortSignal;
  /** Waits; another one in tests. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Entries with the pauses between them that there were when they happened, shortened by a factor and bounded. */
export async function* paced<Entry extends { readonly atMs: number }>(
  entries: AsyncIterable<Entry>,
  { factor, afterMs, signal, pause = sleep }: Speed,
): AsyncGenerator<Entry> {
  let lastMs = afterMs ?? undefined;
  for await (const entry of entries) {
    const pauseMs = Math.min((entry.atMs - (lastMs ?? entry.atMs)) / factor, LONGEST_PAUSE_MS);
    if (pauseMs > 0) await pause(pauseMs, signal);
    // An event that was altered may have no time.
    if (!Number.isNaN(entry.atMs)) lastMs = Math.max(lastMs ?? entry.atMs, entry.atMs);
    yield entry;
  }
}
