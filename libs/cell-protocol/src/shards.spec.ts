import fc from 'fast-check';
import { isWhole, shardSetIn, storedFormOf, subjectsOf } from './shards';

const SUBJECT = 'heddle.state.app.web';
const document = fc.uint8Array({ maxLength: 5_000 });
const limit = fc.integer({ min: 513, max: 3_000 });

it('a document goes as it is where one message holds it, and else in pieces that make it up and each fit', () =>
  fc.assert(
    fc.property(document, limit, (bytes, maxPayloadBytes) => {
      const { head, shards, set } = storedFormOf(SUBJECT, 7, bytes, maxPayloadBytes);
      if (bytes.length + 512 <= maxPayloadBytes) return expect([head, shards, set]).toEqual([bytes, [], null]);
      expect(Math.max(...shards.map(({ data }) => data.length)) + 512).toBeLessThanOrEqual(maxPayloadBytes);
      const message: unknown = JSON.parse(Buffer.from(head).toString());
      expect(message).toMatchObject({ rev: 7, shards: shards.length });
      expect(shardSetIn(message)).toEqual(set);
      expect(shards.map(({ subject }) => subject)).toEqual(subjectsOf(SUBJECT, set!));
      const whole = Buffer.concat(shards.map(({ data }) => data));
      expect(whole).toEqual(Buffer.from(bytes));
      expect(isWhole(whole, set!)).toBe(true);
    }),
  ));

it('two documents have no shard in common', () => {
  const [one, other] = ['a', 'b'].map((text) => storedFormOf(SUBJECT, 1, Buffer.alloc(3_000, text), 2_000).shards);
  expect(one?.map(({ subject }) => subject)).not.toEqual(expect.arrayContaining([other?.[0]?.subject]));
});

it.each([null, 3, 'text', {}, { rev: 1, shards: 0, digest: 'x' }, { rev: 1, shards: 2, digest: '../x' }])(
  'names no shards: %j',
  (message) => expect(shardSetIn(message)).toBeNull(),
);
