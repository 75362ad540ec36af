import fc from 'fast-check';
import { canonicalJson } from './canonical-json';

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
