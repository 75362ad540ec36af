import { atOnce } from '@heddle/domain';
import { loggedEvent } from '@heddle/testing';
import fc from 'fast-check';
import { changeByShape } from './event-data';
import { plainChange } from './plain-change';

const policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 1, end: 65_535 };
const good = { added: [policy], removed: [], tagsAllocated: [{ app: 'web', tag: 1 }], tagsReleased: [] };
const byShape = (data: unknown) => atOnce(changeByShape(loggedEvent(1, { type: 'policies-changed.v1', data })));

/** Values that are nearly right. */
const odd = fc.constantFrom<unknown>('', 'web', 'icmp', 'udp', 0, -1, 1, 1.5, 65_536, 2 ** 53, null, true, [], {}, [
  policy,
]);
const mutated = (whole: object) =>
  fc
    .dictionary(fc.constantFrom(...Object.keys(whole), 'other'), odd, { maxKeys: 2 })
    .map((changes) => ({ ...whole, ...changes }));
const without = (whole: fc.Arbitrary<object>) =>
  fc
    .tuple(whole, fc.constantFrom('none', ...Object.keys(policy), 'app', 'tag', 'added'))
    .map(([value, left]): object =>
      Object.fromEntries(Object.entries(value).filter(([name]) => name !== left) as [string, unknown][]),
    );
const list = (whole: object) => fc.oneof(odd, fc.array(without(mutated(whole)), { maxLength: 3 }));
const change = fc.record(
  {
    ...{ added: list(policy), removed: list(policy) },
    ...{ tagsAllocated: list({ app: 'web', tag: 1 }), tagsReleased: list({ app: 'web', tag: 1 }) },
    asked: fc.constantFrom<unknown>(undefined, { policies: 2 }, 'x'),
    terms: fc.constantFrom<unknown>(undefined, [], [{ policy, expiresAtMs: null }]),
  },
  { requiredKeys: ['added', 'removed', 'tagsAllocated', 'tagsReleased'] },
);

it('reads a change of few policies', () => expect(plainChange(good)).toEqual({ type: 'policies-changed', ...good }));

it('gives what the shapes make of a change, or nothing', () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.oneof(change, without(fc.constant(good)), odd, mutated(good)), (data) => {
      const read = plainChange(data);
      if (!read) return;
      plain++;
      expect(read).toStrictEqual(byShape(data));
    }),
    { numRuns: 2_000 },
  );
  expect(plain).toBeGreaterThan(10);
});

it.each([
  ['with an end', { ...good, terms: [{ policy, expiresAtMs: 5 }] }],
  ['with what was asked', { ...good, asked: { policies: 2 } }],
  ['with a member that is not known', { ...good, other: 1 }],
  ['of a policy with more to it', { ...good, added: [{ ...policy, other: 1 }] }],
  ['of many policies', { ...good, added: Array.from({ length: 257 }, (_, n) => ({ ...policy, start: n + 1 })) }],
])('leaves a change %s to the shapes', (_, data) => {
  expect(plainChange(data)).toBeUndefined();
  expect(byShape(data)).toMatchObject({ type: 'policies-changed', removed: [], tagsAllocated: good.tagsAllocated });
});
