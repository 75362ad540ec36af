import fc from 'fast-check';
import { ForwardClock } from './forward-clock';

/** A machine whose day is set by hand, and whose time goes by. */
class Machine {
  wallMs = 1_000_000;
  goneMs = 50;
  wall = () => this.wallMs;
  monotonic = () => this.goneMs;
  pass(ms: number): void {
    this.goneMs += ms;
    this.wallMs += ms;
  }
}

it('shows the time of day', () => {
  const machine = new Machine();
  const clock = new ForwardClock(machine);
  expect(clock.nowMs()).toBe(1_000_000);
  machine.pass(70);
  expect(clock.nowMs()).toBe(1_000_070);
});

it('goes on where it was when the day is set back', () => {
  const machine = new Machine();
  const clock = new ForwardClock(machine);
  clock.nowMs();
  machine.wallMs -= 3_600_000;
  machine.pass(20);
  expect(clock.nowMs()).toBe(1_000_020);
});

it('after a start with a clock set back goes on from the newest time of the log', () => {
  const machine = new Machine();
  const clock = new ForwardClock(machine);
  clock.heard(1_500_000);
  machine.pass(30);
  expect(clock.nowMs()).toBe(1_500_030);
  clock.heard(1_200_000);
  expect(clock.nowMs()).toBe(1_500_030);
});

it('hears nothing in what is no time', () => {
  const clock = new ForwardClock(new Machine());
  clock.heard(NaN);
  expect(clock.nowMs()).toBe(1_000_000);
});

it('jumps ahead with the day', () => {
  const machine = new Machine();
  const clock = new ForwardClock(machine);
  clock.nowMs();
  machine.wallMs += 3_600_000;
  expect(clock.nowMs()).toBe(4_600_000);
});

it('shows at least as much more as has gone by, whatever is set and heard', () => {
  const step = fc.record({
    sets: fc.integer({ min: -100_000, max: 100_000 }),
    passes: fc.integer({ min: 0, max: 1_000 }),
    hears: fc.option(fc.integer({ min: 0, max: 2_000_000 })),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const machine = new Machine();
      const clock = new ForwardClock(machine);
      let before = clock.nowMs();
      for (const { sets, passes, hears } of steps) {
        machine.wallMs += sets;
        machine.pass(passes);
        if (hears !== null) clock.heard(hears);
        const now = clock.nowMs();
        expect(now).toBeGreaterThanOrEqual(before + passes);
        expect(now).toBeGreaterThanOrEqual(machine.wallMs);
        before = now;
      }
    }),
  );
});
