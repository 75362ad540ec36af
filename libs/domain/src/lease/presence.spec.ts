import fc from 'fast-check';
import type { Lease } from './lease';
import { heard, overdue, serverTimeMs, silentForMs, ticked, unobserved, type Presence } from './presence';

const patience = { expiryMs: 100_000, lookMs: 30_000 };
const BREAK_MS = 30_000;
const TICK_MS = 10_000;
const lease = (cell: string): Lease => ({
  ...{ cell, incarnation: `${cell}-1`, underlayAddress: '10.0.0.1' },
  ...{ overlaySubnet: '10.255.1.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:01:00' },
});
const [alive, dead] = [lease('alive'), lease('dead')];
/** A tick that takes 2 ms; the observer's clock began at 0, the server's at `serverMs`. */
const tickAt = (presence: Presence, sentAtMs: number, serverMs: number) =>
  ticked(presence, { stampedAtMs: serverMs + sentAtMs + 1, sentAtMs, receivedAtMs: sentAtMs + 2 }, BREAK_MS);
const look = (presence: Presence, fromMs: number, toMs: number, serverMs: number): Presence =>
  fromMs > toMs ? presence : look(tickAt(presence, fromMs, serverMs), fromMs + TICK_MS, toMs, serverMs);

it('a lease is overdue by the stamps of the server alone, once the observer has looked for long enough', () => {
  const stored = heard(unobserved, dead, 5_000_000);
  const before = look(stored, 0, 20_000, 6_000_000);
  expect(overdue(before, [dead], patience)).toEqual([]);
  expect(overdue(look(before, 30_000, 40_000, 6_000_000), [dead], patience)).toEqual([dead]);
});

it('who was never heard of has the whole time from when the observer began to look', () => {
  expect(overdue(look(unobserved, 0, 90_000, 0), [dead], patience)).toEqual([]);
  expect(overdue(look(unobserved, 0, 100_000, 0), [dead], patience)).toEqual([dead]);
});

it('an observer that was cut off looks for long enough again', () => {
  const cut = look(heard(unobserved, dead, 0), 0, 60_000, 0);
  const back = tickAt(cut, 500_000, 0);
  expect(overdue(back, [dead], patience)).toEqual([]);
  expect(overdue(look(back, 510_000, 540_000, 0), [dead], patience)).toEqual([dead]);
});

it('a clock of the server that is set forward makes nobody overdue, one that is set back nobody immortal', () => {
  const seen = look(heard(unobserved, dead, 40_000), 0, 60_000, 0);
  const forward = look(seen, 70_000, 80_000, 1_000_000);
  expect(overdue(forward, [dead], patience)).toEqual([]);
  expect(silentForMs(forward, dead, 80_002)).toBeLessThan(60_000);
  expect(overdue(look(forward, 90_000, 200_000, 1_000_000), [dead], patience)).toEqual([dead]);
  const back = look(seen, 70_000, 80_000, -1_000_000);
  expect(overdue(back, [dead], patience)).toEqual([]);
  expect(overdue(look(back, 90_000, 200_000, -1_000_000), [dead], patience)).toEqual([dead]);
});

it('tells the time of the server from the newest tick on', () => {
  expect(serverTimeMs(unobserved, 7)).toBeUndefined();
  expect(serverTimeMs(tickAt(unobserved, 0, 1_000), 12)).toBe(1_011);
});

it('who renews is never overdue, however the clock of the server jumps and whenever the observer stands still', () => {
  const jump = fc.record({
    byMs: fc.integer({ min: -10_000_000, max: 10_000_000 }),
    pauseMs: fc.nat({ max: 400_000 }),
  });
  fc.assert(
    fc.property(fc.array(jump, { maxLength: 8 }), (jumps) => {
      let presence: Presence = unobserved;
      let [nowMs, serverMs] = [0, 50_000_000];
      for (const { byMs, pauseMs } of [...jumps, { byMs: 0, pauseMs: 0 }]) {
        serverMs += byMs;
        nowMs += pauseMs;
        for (let i = 0; i < 6; i++, nowMs += TICK_MS) {
          // In the order of the stream: what was renewed while the observer stood still is read before its tick comes back.
          presence = tickAt(heard(presence, alive, serverMs + nowMs), nowMs, serverMs);
          expect(overdue(presence, [alive], patience)).toEqual([]);
        }
      }
    }),
  );
});
