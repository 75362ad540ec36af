import type { Alarms } from '../alarms';

/** The longest that a timer of Node waits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Whether somebody can be asked. What a cell enforces stays as it is while nobody can, but not for ever: a cell that was
 * cut off for longer than is tolerated may have been given up, and its subnet to another, so it stops.
 */
export class Contact {
  private lostAtMs: number | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly toleranceMs: number,
    private readonly tooLong: (why: string) => void,
    private readonly alarms: Alarms,
  ) {}

  /** When somebody could last be asked: epoch milliseconds. */
  get inTouchAtMs(): number {
    return this.lostAtMs ?? Date.now();
  }

  /** How long a cell that was last in touch then may still go on; 0 or less when its time is over. */
  leftMs(inTouchAtMs: number): number {
    return this.toleranceMs - (Date.now() - inTouchAtMs);
  }

  /** Nobody can be asked. @param sinceMs since when, if not since now */
  lost(sinceMs = Date.now()): void {
    if (this.lostAtMs !== null) return;
    this.lostAtMs = sinceMs;
    this.alarms.raise(
      'stale',
      `nobody can be asked since ${new Date(sinceMs).toISOString()}: what is known may be old`,
    );
    const leftMs = Math.max(0, Math.min(this.leftMs(sinceMs), LONGEST_TIMER_MS));
    this.timer = setTimeout(() => {
      this.tooLong(`nobody could be asked for ${this.toleranceMs / 1000} s (HEDDLE_PARTITION_TOLERANCE)`);
    }, leftMs);
    this.timer.unref();
  }

  /** Somebody can be asked again, and everything was read. */
  regained(): void {
    this.lostAtMs = null;
    clearTimeout(this.timer);
    this.alarms.clear('stale');
  }
}
