/** In seconds; nobody's answer is held back longer. */
const LONGEST_WAIT = 60;

/**
 * The seconds that a request wants its answer to wait for enforcement: `Prefer: wait=5` (RFC 7240), at most a minute.
 * @returns `null` when it does not say so, or not in whole seconds
 */
export function preferredWait(header: string | readonly string[] | undefined): number | null {
  if (header === undefined) return null;
  const preferences = [header].flat().join(',').split(',');
  for (const preference of preferences) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    if (seconds !== undefined) return Math.min(Number(seconds), LONGEST_WAIT);
  }
  return null;
}
