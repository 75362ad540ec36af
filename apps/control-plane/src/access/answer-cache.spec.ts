import { AnswerCache, type AskAbout } from './answer-cache';

const BOUNDS = { keepMs: 100, keepAbsenceMs: 10, most: 5 };

describe('what is kept of answers', () => {
  let nowMs: number;
  let asked: string[][];
  let known: Map<string, number>;
  let cache: AnswerCache<number>;
  beforeEach(() => {
    nowMs = 0;
    asked = [];
    known = new Map([...'abcdefgh'].map((key, i) => [key, i]));
    cache = cacheOf((keys) => Promise.resolve(new Map(keys.flatMap((key) => pair(key)))));
  });
  const cacheOf = (answer: AskAbout<number>) =>
    new AnswerCache<number>(
      (keys) => {
        asked.push([...keys]);
        return answer(keys);
      },
      BOUNDS,
      () => nowMs,
    );
  const pair = (key: string): [string, number][] => {
    const value = known.get(key);
    return value === undefined ? [] : [[key, value]];
  };

  it('is not asked for again', async () => {
    expect(await cache.get(['a', 'b', 'a'])).toEqual(new Map(Object.entries({ a: 0, b: 1 })));
    expect(await cache.get(['b', 'c'])).toEqual(new Map(Object.entries({ b: 1, c: 2 })));
    expect(asked).toEqual([['a', 'b'], ['c']]);
  });

  it('counts for its time, and an absence for less', async () => {
    await cache.get(['a', 'x']);
    nowMs = 9;
    expect((await cache.get(['a', 'x'])).has('x')).toBe(false);
    nowMs = 10;
    known.set('x', 7);
    expect((await cache.get(['a', 'x'])).get('x')).toBe(7);
    nowMs = 99;
    await cache.get(['a']);
    nowMs = 100;
    await cache.get(['a']);
    expect(asked).toEqual([['a', 'x'], ['x'], ['a']]);
  });

  it('can be asked anew', async () => {
    await cache.get(['a']);
    known.set('a', 9);
    nowMs = 5;
    expect((await cache.get(['a'], 6)).get('a')).toBe(0);
    expect((await cache.get(['a'], 5)).get('a')).toBe(9);
  });

  it('has a bound; the oldest goes first', async () => {
    for (const key of 'abcdef') await cache.get([key]);
    asked = [];
    await cache.get(['b', 'c', 'd', 'e', 'f']);
    expect(asked).toEqual([]);
    await cache.get(['a']);
    expect(asked).toEqual([['a']]);
  });

  it('is asked for once, by all who want it at the same moment', async () => {
    let answer = (_: Map<string, number>): void => {};
    cache = cacheOf(() => new Promise((resolve) => (answer = resolve)));
    const waiting = [cache.get(['a']), cache.get(['a']), cache.get(['a'])];
    expect(asked).toEqual([['a']]);
    answer(new Map([['a', 3]]));
    for (const found of await Promise.all(waiting)) expect(found.get('a')).toBe(3);
  });

  it('does not hold a failure, which all who wait hear of', async () => {
    let fails = true;
    cache = cacheOf(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve(new Map([['a', 1]]))));
    const both = await Promise.allSettled([cache.get(['a']), cache.get(['a', 'b'])]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect((await cache.get(['a'])).get('a')).toBe(1);
  });

  it('is as old as the question, not as the answer', async () => {
    cache = cacheOf(() => {
      nowMs = 60;
      return Promise.resolve(new Map([['a', 1]]));
    });
    await cache.get(['a']);
    nowMs = 100;
    await cache.get(['a']);
    expect(asked).toHaveLength(2);
  });
});
