import fc from 'fast-check';
import { canonicalJson, canonicalPieces } from './canonical-json';

it('writes members in one order, whatever order they were set in', () =>
  expect(canonicalJson({ b: 1, a: { d: [1, { z: 1, y: 2 }], c: null } })).toBe(
    '{"a":{"c":null,"d":[1,{"y":2,"z":1}]},"b":1}',
  ));

it('leaves out members that are undefined', () => expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}'));

it('writes what JSON reads back as the same value, and the same again', () =>
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  ));

it('writes the same text in pieces', () =>
  fc.assert(
    fc.property(fc.jsonValue(), (value) => expect([...canonicalPieces(value)].join('')).toBe(canonicalJson(value))),
  ));

it('cuts long lists into pieces', () => {
  const value = { list: Array.from({ length: 10_000 }, (_, n) => n), none: [], nothing: {} };
  const pieces = [...canonicalPieces(value)];
  expect(pieces.join('')).toBe(canonicalJson(value));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2_000);
});
