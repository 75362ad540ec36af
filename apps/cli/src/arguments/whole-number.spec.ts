import { sequence, wholeNumber } from './whole-number';

const limit = wholeNumber('--limit', 1, 500);

it('reads both ends', () => expect(['1', '500'].map(limit)).toEqual([1, 500]));

it.each(['0', '501', '', '-1', '1.5', '1e2', ' 1', '0x1', '99999999999999999'])("does not read '%s'", (text) =>
  expect(() => limit(text)).toThrow(`--limit is '${text}', but must be a whole number from 1 to 500`),
);

it('reads sequences as far as numbers are exact', () => expect(sequence('seq')('9007199254740991')).toBe(2 ** 53 - 1));

it.each(['0', 'x', '9007199254740992'])("does not read '%s' as a sequence", (text) =>
  expect(() => sequence('seq')(text)).toThrow(`seq is '${text}', but must be the number of a change, such as 12`),
);
