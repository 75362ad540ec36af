import type { LogFollower, LoggedEvent } from '@heddle/event-log';

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
    const taken = microsecondsOf(time);
    this.microseconds = taken > this.microseconds ? taken : this.microseconds + 1n;
  }
}

/** The microseconds since 1970 of a time as the log holds it (`2026-11-22T09:31:46.686123Z`), digit for digit. */
function microsecondsOf(time: string): bigint {
  const behindMs = /\.\d{3}(\d{3})Z$/.exec(time)?.[1] ?? '0';
  return BigInt(Date.parse(time)) * 1000n + BigInt(behindMs);
}
