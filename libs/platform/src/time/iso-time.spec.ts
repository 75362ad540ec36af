import { epochMsOf, isoTime } from './iso-time';

it('writes microseconds', () =>
  expect(isoTime(Date.UTC(2026, 10, 22, 9, 31, 46, 686) + 0.1239)).toBe('2026-11-22T09:31:46.686123Z'));

it('reads what it writes, to the microsecond', () => {
  const ms = 1_795_339_906_686.5;
  expect(epochMsOf(isoTime(ms))).toBeCloseTo(ms, 3);
});

it('reads a time without microseconds', () => expect(epochMsOf('1970-01-01T00:00:01.500Z')).toBe(1500));
