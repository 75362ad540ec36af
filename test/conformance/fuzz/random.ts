/** Numbers that a seed decides (mulberry32), so that what a fuzz found can be found again. */
export class Random {
  constructor(private state: number) {}

  /** From 0 to `below`, which is left out. */
  whole(below: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  /** Whether something happens that happens once in `times`. */
  once(times: number): boolean {
    return this.whole(times) === 0;
  }

  /** One of some things. */
  pick<T>(things: readonly T[]): T {
    return things[this.whole(things.length)] as T;
  }
}
