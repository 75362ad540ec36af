/** The two clocks of a machine, in milliseconds: of the day, which people set, and of what has gone by, which nobody does. */
export interface MachineClocks {
  wall(): number;
  monotonic(): number;
}

const MACHINE: MachineClocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * What time it is for something that must not be open for longer than was said: a clock that never goes back nor stands still. It
 * shows the latest of what the clock of the day says, of what it said before and has gone by since, and of the newest time in the log.
 * So a clock that is set back gives nobody more time, also over a restart; one that is set ahead takes some.
 */
export class ForwardClock {
  private shownMs = 0;
  private shownAt = 0;

  constructor(private readonly machine: MachineClocks = MACHINE) {}

  /** Epoch milliseconds. */
  nowMs(): number {
    return this.show(this.machine.wall());
  }

  /** It is this late at least, as somebody else's clock said; what is no number says nothing. */
  heard(ms: number): void {
    if (!Number.isNaN(ms)) this.show(ms);
  }

  private show(ms: number): number {
    const at = this.machine.monotonic();
    this.shownMs = Math.max(ms, this.shownMs + at - this.shownAt);
    this.shownAt = at;
    return this.shownMs;
  }
}
