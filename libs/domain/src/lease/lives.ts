/** The incarnations of one cell's name, the newest last. */
export interface Lives {
  /** The number of the newest, from 1. */
  readonly newest: number;
  /** Those remembered; an older one than the oldest of them counts as one that was never seen. */
  readonly known: readonly string[];
}

/** More machines of one name than that are not alive at the same time, nor will one come back after so many. */
const LIVES_KEPT = 32;

const NONE: Lives = { newest: 0, known: [] };

/** The number of an incarnation; that of the next one for one never seen. */
export function numberOf({ newest, known }: Lives = NONE, incarnation: string): number {
  const at = known.lastIndexOf(incarnation);
  return at < 0 ? newest + 1 : newest - (known.length - 1 - at);
}

/** Whether a newer incarnation than this one has held a lease. */
export function isSuperseded(lives: Lives = NONE, incarnation: string): boolean {
  return numberOf(lives, incarnation) < lives.newest;
}

/** After an incarnation held a lease. */
export function withLife(lives: Lives = NONE, incarnation: string): Lives {
  if (lives.known.includes(incarnation)) return lives;
  return { newest: lives.newest + 1, known: [...lives.known, incarnation].slice(-LIVES_KEPT) };
}
