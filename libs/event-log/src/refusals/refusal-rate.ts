/** So many attempts of one actor are noted in a window, by one control plane. */
const MOST_PER_ACTOR = 60;
const WINDOW_MS = 60_000;
/** So many actors are told apart in a window; those beyond are not noted. */
const MOST_ACTORS = 10_000;

/** Bounds how often each actor is noted: beyond it a client costs neither the queue nor the stream anything. */
export class RefusalRate {
  private noted = new Map<string, number>();
  private since = -Infinity;

  /** @param now of a monotonic clock, in ms. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether one more attempt of an actor is to be noted; counts it if so. */
  admits(actor: string): boolean {
    const now = this.now();
    if (now - this.since >= WINDOW_MS) {
      this.noted = new Map();
      this.since = now;
    }
    const before = this.noted.get(actor);
    if ((before ?? 0) >= MOST_PER_ACTOR) return false;
    if (before === undefined && this.noted.size >= MOST_ACTORS) return false;
    this.noted.set(actor, (before ?? 0) + 1);
    return true;
  }
}
