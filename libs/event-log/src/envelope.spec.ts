import fc from 'fast-check';
import { envelope, envelopeIn, isEnvelope } from './envelope';

const good = {
  ...{ specversion: '1.0', id: 'a', source: 'heddle', type: 'heddle.policies-changed.v1', subject: 'policy' },
  ...{ time: '2026-11-22T09:00:00Z', datacontenttype: 'application/json', data: {}, actor: 'admin' },
  ...{ correlationid: 'c', previoushash: '0'.repeat(64) },
};
const names = [...Object.keys(envelope.shape), 'other'];
/** Values that are nearly right, in whichever place. */
const odd = fc.constantFrom<unknown>(
  ...['', 'x', '1.0', 'heddle', 'heddle.', 'lease', 'application/json', '0'.repeat(63), 'F'.repeat(64), 'f'.repeat(64)],
  ...[`${'0'.repeat(64)}\n`, 1, null, true, [], {}, undefined],
);
const candidate = fc
  .tuple(fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 3 }), fc.constantFrom('none', ...names))
  .map(([changes, left]) => Object.entries({ ...good, ...changes }).filter(([name]) => name !== left))
  .map((members): unknown => Object.fromEntries(members));

it('takes for an envelope just what the shape does', () => {
  fc.assert(
    fc.property(fc.oneof(candidate, odd), (value) => expect(isEnvelope(value)).toBe(envelope.safeParse(value).success)),
    { numRuns: 5_000 },
  );
});

it.each(names.slice(0, -1))('asks for %s', (name) => {
  const wrong = { ...good, [name]: 7 };
  expect(isEnvelope(wrong)).toBe(name === 'data');
  if (name !== 'data') expect(() => envelopeIn(wrong)).toThrow(name);
});

it('says what is wrong in the words of the shape', () =>
  expect(() => envelopeIn({ ...good, previoushash: 'x' })).toThrow('previoushash'));
