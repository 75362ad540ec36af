import { type Clocks, nowMs, preciseClock } from './clock';

/** A machine whose true time moves by 2 µs with every look at one of its clocks, and by more when the test says so. */
class Machine implements Clocks {
  trueMs = 1_700_000_000_000.123;
  /** What the monotonic clock lacks; it grows while the machine sleeps, or when the wall clock is set. */
  apart = 1_699_999_000_000;
  looks = 0;

  wall() {
    this.look();
    return Math.floor(this.trueMs);
  }
  monotonic() {
    this.look();
    return this.trueMs - this.apart;
  }
  private look() {
    this.looks++;
    this.trueMs += 0.002;
  }
}

describe('the precise clock', () => {
  it('gives wall time with a fraction, from a wall clock without one', () => {
    const machine = new Machine();
    const now = preciseClock(machine);
    for (let i = 0; i < 1000; i++) {
      expect(Math.abs(now() - machine.trueMs)).toBeLessThan(0.01);
      machine.trueMs += 0.377;
    }
  });

  it('looks at the clocks three times per reading once it knows their difference', () => {
    const machine = new Machine();
    const now = preciseClock(machine);
    now();
    const { looks } = machine;
    for (let i = 0; i < 100; i++) now();
    expect(machine.looks - looks).toBe(300);
  });

  it.each([-3_600_000, -1.4, 1.4, 3_600_000])('follows a wall clock that is set by %d ms', (byMs) => {
    const machine = new Machine();
    const now = preciseClock(machine);
    now();
    machine.trueMs += byMs;
    machine.apart += byMs;
    expect(Math.abs(now() - machine.trueMs)).toBeLessThan(0.01);
  });

  it('takes the sharpest edge when it is interrupted while looking', () => {
    const machine = new Machine();
    const wall = machine.wall.bind(machine);
    let edges = 0;
    let shown = wall();
    machine.wall = () => {
      const value = wall();
      // Interrupted for 5 ms as the first edges pass.
      if (value !== shown && edges++ < 3) machine.trueMs += 5;
      shown = value;
      return value;
    };
    expect(Math.abs(preciseClock(machine)() - machine.trueMs)).toBeLessThan(0.01);
  });
});

describe('nowMs', () => {
  it('agrees with the machine within 0.1 ms where its clock passes to the next millisecond', () => {
    const apart = Array.from({ length: 31 }, () => {
      const start = Date.now();
      let wall: number;
      do wall = Date.now();
      while (wall === start);
      return Math.abs(nowMs() - wall);
    }).sort((a, b) => a - b);
    // The median, since the test itself is interrupted now and then.
    expect(apart[15]).toBeLessThan(0.1);
  });

  it('has a fraction and does not go back', () => {
    const readings = Array.from({ length: 1000 }, nowMs);
    expect(readings.some((reading) => reading % 1 !== 0)).toBe(true);
    expect(readings).toEqual([...readings].sort((a, b) => a - b));
  });
});
