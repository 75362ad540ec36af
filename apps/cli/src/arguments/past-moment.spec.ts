import { pastMoment } from './past-moment';

it.each([
  ['8812', 'UTC', '8812'],
  ['5m ago', 'UTC', '5m ago'],
  ['2h', 'UTC', '2h ago'],
  ['2026-11-10T14:03:00Z', 'Europe/Berlin', '2026-11-10T14:03:00.000Z'],
  ['2026-11-10 14:03:07.120 +01:00', 'UTC', '2026-11-10T13:03:07.120Z'],
  ['2026-11-10 14:03', 'UTC', '2026-11-10T14:03:00.000Z'],
  ['2026-11-10 14:03', 'Europe/Berlin', '2026-11-10T13:03:00.000Z'],
  ['2026-07-10 14:03', 'Europe/Berlin', '2026-07-10T12:03:00.000Z'],
  ['2026-11-10 14:03', 'America/St_Johns', '2026-11-10T17:33:00.000Z'],
  ['2026-03-29 03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
])('reads %s in %s', (text, zone, read) => expect(pastMoment('--at', zone)(text)).toBe(read));

it.each(['', '0', 'yesterday', '5m later', '-5m ago', '1y ago', '2026-02-30 10:00', '2026-11-10', '2026-11-10 25:00'])(
  "does not read '%s'",
  (text) =>
    expect(() => pastMoment('--at', 'UTC')(text)).toThrow(
      `--at is '${text}', but must be a change (8812), a time (2026-11-10 14:03, 2026-11-10T14:03:00Z) or '5m ago'`,
    ),
);

it('does not read a time that no clock showed', () =>
  expect(() => pastMoment('--at', 'Europe/Berlin')('2026-03-29 02:30')).toThrow('--at is'));
