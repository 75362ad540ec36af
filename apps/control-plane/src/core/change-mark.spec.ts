import { InMemoryEventLog, LogFollower } from '@heddle/event-log';
import { loggedEvent } from '@heddle/testing';
import fc from 'fast-check';
import { ChangeMark } from './change-mark';

/** The marks after each of some events. */
function marksAfter(events: readonly { type: string; time: string }[]): bigint[] {
  const follower = new LogFollower(new InMemoryEventLog());
  const mark = new ChangeMark(follower, ['counts']);
  return events.map((event, i) => {
    follower.offer(loggedEvent(i + 1, { ...event, data: {} }));
    return mark.nanoseconds;
  });
}
const counting = (time: string) => ({ type: 'counts.v1', time });

it('is the time of the newest event that counts, in nanoseconds', () =>
  expect(
    marksAfter([counting('2026-11-22T09:31:46.686123Z'), { type: 'other.v1', time: '2027-01-01T00:00:00.000000Z' }]),
  ).toEqual([1795339906686123000n, 1795339906686123000n]));

it('grows by a microsecond where the clock stood still or went back', () =>
  expect(
    marksAfter([
      counting('2026-11-22T09:31:46.000000Z'),
      counting('2026-11-22T09:31:46.000000Z'),
      counting('2026-11-22T08:00:00.000000Z'),
      counting('2026-11-22T09:31:46.000001Z'),
      counting('2026-11-22T09:31:46.000009Z'),
    ]).map((mark) => mark - 1795339906000000000n),
  ).toEqual([0n, 1000n, 2000n, 3000n, 9000n]));

it('grows with every event that counts, whatever the clocks say, and has 19 digits', () =>
  fc.assert(
    fc.property(
      fc.array(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), { minLength: 1 }),
      (dates) => {
        const marks = marksAfter(dates.map((date) => counting(date.toISOString().replace('Z', '000Z'))));
        marks.forEach((mark, i) => expect(mark).toBeGreaterThan(marks[i - 1] ?? 0n));
        for (const mark of marks) expect(String(mark)).toMatch(/^\d{16}000$/);
      },
    ),
  ));
