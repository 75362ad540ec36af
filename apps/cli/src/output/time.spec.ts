import { formatDuration, formatTime } from './time';

it.each([
  ['UTC', '2026-11-22 23:41:07 +00:00'],
  ['Europe/Berlin', '2026-11-23 00:41:07 +01:00'],
  ['America/St_Johns', '2026-11-22 20:11:07 -03:30'],
])('shows a time in %s', (timeZone, text) =>
  expect(formatTime('2026-11-22T23:41:07.123456Z', { timeZone })).toBe(text),
);

it('shows milliseconds where they matter', () =>
  expect(formatTime('2026-11-22T23:41:07.123456Z', { timeZone: 'UTC' }, { withMs: true })).toBe(
    '2026-11-22 23:41:07.123 +00:00',
  ));

it.each([
  [0, '0 ms'],
  [1.94, '1.9 ms'],
  [-0.31, '-0.3 ms'],
  [340.4, '340 ms'],
  [999.4, '999 ms'],
  [2_440, '2.4 s'],
  [119_000, '119 s'],
  [180_000, '3 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 d'],
])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
