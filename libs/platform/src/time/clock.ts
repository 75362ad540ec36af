/** The two clocks of the machine, in milliseconds. */
export interface Clocks {
  /** Whole milliseconds since 1970, rounded down, as `Date.now()` gives them. Jumps when someone sets the clock. */
  wall(): number;
  /** Milliseconds with fraction since some unknown moment. Never jumps. */
  monotonic(): number;
}

/** An edge of the wall clock counts as seen exactly when it was met between two looks no further apart than this. */
const EDGE_WIDTH_MS = 0.01;
/** On a busy machine the program is interrupted while it looks; after so many edges the narrowest one has to do. */
const EDGES_AT_MOST = 8;

/**
 * A clock that gives the wall time in milliseconds with a fraction of microseconds.
 *
 * `Date.now()` knows only whole milliseconds, and `performance.timeOrigin` is taken once at start: it is up to 1 ms off
 * from the beginning, and it never hears of a clock that was set or of a machine that slept. This clock looks closely
 * while `Date.now()` passes from one millisecond to the next, and from then on adds the monotonic time that has gone by
 * (on Linux both clocks run at the same, disciplined rate). Each reading is compared with `Date.now()`; as soon as it
 * lies outside the millisecond shown there, the wall clock was set, and the clock looks for an edge again. Looking takes
 * 1 ms as a rule and 8 ms at most.
 *
 * Readings of several processes of one machine are comparable within 0.1 ms. They may go backwards when the wall clock
 * is set back, so nothing is ordered by them (DESIGN.md, law 9).
 */
export function preciseClock(clocks: Clocks): () => number {
  let offset: number | undefined;
  return () => {
    if (offset !== undefined) {
      const earliest = clocks.wall();
      const now = clocks.monotonic() + offset;
      if (now >= earliest - EDGE_WIDTH_MS && now < clocks.wall() + 1 + EDGE_WIDTH_MS) return now;
    }
    offset = wallMinusMonotonic(clocks);
    return clocks.monotonic() + offset;
  };
}

/** The difference of the two clocks, taken where the wall clock passes from one millisecond to the next. */
function wallMinusMonotonic(clocks: Clocks): number {
  let best = { width: Infinity, offset: 0 };
  for (let edges = 0; edges < EDGES_AT_MOST && best.width > EDGE_WIDTH_MS; edges++) {
    const start = clocks.wall();
    let before: number;
    let after = clocks.monotonic();
    let wall: number;
    do {
      before = after;
      wall = clocks.wall();
      after = clocks.monotonic();
    } while (wall === start);
    if (after - before < best.width) best = { width: after - before, offset: wall - (before + after) / 2 };
  }
  return best.offset;
}

/** Milliseconds since 1970 with a fraction of microseconds: see {@link preciseClock}. */
export const nowMs: () => number = preciseClock({
  wall: () => Date.now(),
  monotonic: () => performance.now(),
});
