import type { LogFollower, LoggedEvent } from '@heddle/event-log';
import { epochMsOf } from '@heddle/platform';

/** Before the first event: earlier than any, and with as many digits (September 2001). Microseconds since 1970. */
const FIRST = 1_000_000_000_000_000n;

/**
 * When something last changed, as Cloud Foundry's cells poll it: a number that grows with every event that counts. It is
 * folded from the log alone, so it is the same on every control plane and after every restart; where a clock went back or
 * stood still it is a microsecond more than before.
 */
export class ChangeMark {
  private microseconds = FIRST;

  /** @param types of the events that count, without version */
  constructor(follower: LogFollower, types: readonly string[]) {
    follower.subscribe(({ type, time }: LoggedEvent) => {
      if (types.includes(type.replace(/\..*$/, ''))) this.move(time);
    });
  }

  /** Nanoseconds since 1970, a multiple of 1000: 19 digits, more than a number holds. */
  get nanoseconds(): bigint {
    return this.microseconds * 1000n;
  }

  private move(time: string): void {
    // A time in microseconds is below 2^53, and the clock's own fraction is finer than one.
    const taken = BigInt(Math.round(epochMsOf(time) * 1000));
    this.microseconds = taken > this.microseconds ? taken : this.microseconds + 1n;
  }
}
