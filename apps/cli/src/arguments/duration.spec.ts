import { duration } from './duration';

it.each([
  ['1s', 1_000],
  ['90m', 5_400_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
  ['3650d', 315_360_000_000],
])('%s is %i ms', (text, ms) => expect(duration('--expires')(text)).toBe(ms));

it.each(['', '0d', '30', '-1d', '1.5h', '1w', '3651d', '1h30m', ' 1h'])('refuses %j', (text) =>
  expect(() => duration('--expires')(text)).toThrow(
    `--expires is '${text}', but must be a span of time up to 3650d, such as 90m, 12h or 30d`,
  ),
);
