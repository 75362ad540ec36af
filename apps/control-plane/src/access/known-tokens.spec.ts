import { KnownTokens } from './known-tokens';

const EXPIRES = new Date('2026-01-01T00:00:10Z');
let now: Date;
let checked: string[];
let tokens: KnownTokens;

beforeEach(() => {
  [now, checked] = [new Date('2026-01-01T00:00:00Z'), []];
  tokens = new KnownTokens(
    async (token) => {
      checked.push(token);
      if (token === 'forged' || now >= EXPIRES) throw new Error('not good');
      return { identity: { name: token, scopes: [] }, expiresAt: EXPIRES, id: token };
    },
    () => now,
  );
});

it('checks a good token once', async () => {
  const first = await tokens.check('a');
  expect(await tokens.check('a')).toBe(first);
  expect(checked).toEqual(['a']);
});

it('checks one that is not good each time', async () => {
  await expect(tokens.check('forged')).rejects.toThrow('not good');
  await expect(tokens.check('forged')).rejects.toThrow('not good');
  expect(checked).toHaveLength(2);
});

it('checks again when its time is over', async () => {
  await tokens.check('a');
  now = EXPIRES;
  await expect(tokens.check('a')).rejects.toThrow('not good');
});

it('forgets the oldest of very many', async () => {
  for (let i = 0; i <= 1_000; i++) await tokens.check(`t${i}`);
  await tokens.check('t0');
  await tokens.check('t1000');
  expect(checked.slice(1_001)).toEqual(['t0']);
});
