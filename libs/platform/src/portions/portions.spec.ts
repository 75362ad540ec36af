import fc from 'fast-check';
import { inTurns } from '../lifecycle';
import { encodeInSteps, joinInTurns } from './portions';
import { isSmall, jsonPieces } from './json-pieces';

const many = Array.from({ length: 10_000 }, (_, n) => ({ id: `app-${n}`, port: n, none: undefined }));

it('writes JSON as JSON.stringify does', () =>
  fc.assert(
    fc.property(fc.jsonValue(), (value) => expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value))),
  ));

it.each([
  ['a long list', many],
  ['a long list within a short one', { changes: [{ seq: 1, data: { added: many, removed: [] } }], next: null }],
  ['a list with holes', [...many, undefined, null, 'end']],
  ['an object of many members', Object.fromEntries(many.map((one) => [one.id, one]))],
  ['a member left out', { before: many, left: undefined, after: 1 }],
])('writes the same JSON in pieces: %s', (_, value) => {
  const pieces = [...jsonPieces(value)];
  expect(pieces.join('')).toBe(JSON.stringify(value));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(32_000);
});

it('encodes and joins a text as if it were one', async () => {
  const pieces = many.map(({ id }) => `${id} ä😀 `.repeat(3));
  const portions = await inTurns(encodeInSteps(pieces));
  expect(portions.length).toBeGreaterThan(3);
  expect((await joinInTurns(portions)).toString()).toBe(pieces.join(''));
});

it.each([[[]], [['one']]])('knows nothing and a single portion: %j', async (pieces) =>
  expect((await joinInTurns(await inTurns(encodeInSteps(pieces)))).toString()).toBe(pieces.join('')),
);

it('looks at no more of a long list than tells that it is long', () => {
  let looks = 0;
  const watched = new Proxy(many, {
    get: (list, name, receiver) => {
      looks++;
      return Reflect.get(list, name, receiver) as unknown;
    },
    ownKeys: () => {
      throw new Error('all elements were named');
    },
  });
  expect(isSmall({ data: { added: watched } })).toBe(false);
  expect(looks).toBeLessThan(2 * 2_048);
});
