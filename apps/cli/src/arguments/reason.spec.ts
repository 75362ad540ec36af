import { parseReason } from './reason';

it('takes a line in any language, without space around it', () =>
  expect(parseReason(' für später ✓ ')).toBe('für später ✓'));

it.each([
  ['  ', '--reason is empty: say why, or leave it out'],
  ['x'.repeat(501), '--reason has 501 characters, but at most 500 are kept: shorten it'],
  ['a\nX-Other: b', '--reason holds a line break or another control character: write one line'],
  ['a\u0085b', '--reason holds a line break or another control character: write one line'],
])('does not take %j', (text, words) => expect(() => parseReason(text)).toThrow(words));
