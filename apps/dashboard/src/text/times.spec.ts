import { dayOf, duration, timeOfDay } from './times';

describe('times', () => {
  it('name their zone, and tell milliseconds', () => {
    const at = new Date('2026-07-03T22:03:07.412Z');
    // What a zone is called depends on the language data of the browser.
    expect(timeOfDay(at, 'Europe/Berlin')).toMatch(/^00:03:07\.412 (CEST|GMT\+2)$/);
    expect(timeOfDay(at, 'UTC')).toBe('22:03:07.412 UTC');
    expect(dayOf(at, 'UTC')).toMatch(/^Friday,? 3 July 2026$/);
    expect(dayOf(at, 'Europe/Berlin')).toMatch(/^Saturday,? 4 July 2026$/);
  });

  it.each([
    [0, '0 ms'],
    [1.94, '1.9 ms'],
    [9.99, '10 ms'],
    [184.4, '184 ms'],
    [999.7, '1 s'],
    [3_240, '3.2 s'],
    [59_990, '1 min'],
    [250_000, '4 min 10 s'],
    [3_599_900, '1 h'],
    [7_500_000, '2 h 5 min'],
    [100 * 3_600_000, '4 d 4 h'],
  ])('%d ms is %s', (ms, words) => expect(duration(ms)).toBe(words));
});
