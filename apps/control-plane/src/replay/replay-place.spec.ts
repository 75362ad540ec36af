import fc from 'fast-check';
import { beginningOf, readPlace, writePlace } from './replay-place';

const number = fc.nat();
/** Times have microseconds, as far as a double has them. */
const ms = fc.integer({ min: 1, max: 4e15 }).map((micros) => micros / 1000);

it('reads what it writes, to the last digit', () =>
  fc.assert(
    fc.property(
      fc.record({
        ...{ change: number, lastChange: number, report: number, lastReport: number },
        ...{ sinceMs: ms, untilMs: ms, atMs: fc.option(ms), owesEnforcement: fc.boolean() },
      }),
      (place) => expect(readPlace(writePlace(place))).toEqual(place),
    ),
  ));

it('begins before the first change, and ends with the reports that there are', () => {
  const window = { first: 7, last: 9, sinceMs: 1_000, untilMs: 2_000 };
  const kept = { last: 4, firstAtMs: 0, lastAtMs: 0, isAll: true };
  expect(beginningOf(window, kept)).toMatchObject({ change: 6, lastChange: 9, report: 0, lastReport: 4, atMs: null });
  expect(beginningOf(window, null)).toMatchObject({ lastReport: 0 });
});

it.each([
  '',
  '7',
  '7.1',
  '1-2-3-4-5-6',
  '1-2-3-4-5-6-7-8',
  '-1-2-3-4-5-6-7',
  '1-2-3-4-5-6-7x',
  '1-2-3-4-1e3-6-7',
  '1-2-3-4-999999999999999-6-7',
])('knows that %j is no place', (id) => expect(readPlace(id)).toBeUndefined());
