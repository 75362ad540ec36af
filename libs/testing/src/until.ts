import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;

/**
 * Waits until something holds.
 * @param seen what to show when it does not; the condition itself without it.
 * @throws {Error} when it does not hold within the time.
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  { withinMs = 10_000, seen = (): unknown => holds.toString() } = {},
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(seen())}`);
    await delay(LOOK_EVERY_MS);
  }
}
