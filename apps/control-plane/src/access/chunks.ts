/** The Cloud Controller is asked about so many apps at once, as Cloud Foundry's policy server does. */
const GUIDS_PER_CHUNK = 100;
/** Servers in front of it take request lines of 8 KiB at least. */
const CHARACTERS_PER_CHUNK = 6_000;
/** What the Cloud Controller can have as a GUID. A comma would divide it, and its column has 255 characters. */
const POSSIBLE_GUID = /^[\w.~-]{1,255}$/;

/** Parts of a list of GUIDs that fit one question each. What can be nobody's GUID is left out. */
export function chunksOfGuids(guids: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let last: string[] = [];
  let room = 0;
  for (const guid of guids) {
    if (!POSSIBLE_GUID.test(guid)) continue;
    if (last.length === 0 || last.length === GUIDS_PER_CHUNK || room < guid.length) {
      chunks.push((last = []));
      room = CHARACTERS_PER_CHUNK;
    }
    last.push(guid);
    room -= guid.length + '%2C'.length;
  }
  return chunks;
}

/** Bounds of {@link inParallel}. */
export interface ParallelBounds {
  readonly atOnce: number;
  readonly withinMs: number;
}

/**
 * Does something with each item, some at once. The first failure, or the end of the time, ends what is under way.
 * @throws the first failure.
 */
export async function inParallel<T>(
  items: readonly T[],
  { atOnce, withinMs }: ParallelBounds,
  task: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, AbortSignal.timeout(withinMs)]);
  const left = items.values();
  const work = async (): Promise<void> => {
    for (const item of left) {
      signal.throwIfAborted();
      await task(item, signal);
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, () =>
    work().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.all(workers);
}
