import fc from 'fast-check';
import { freeTags, fullTagPool, lowestFreeTags, tagPoolAfter, type TagPool } from './tag-pool';

const LAST = 40;

function freeIn({ released, next, last }: TagPool): number[] {
  return [...released, ...Array.from({ length: last - next + 1 }, (_, i) => next + i)];
}

it('knows the free tags, ascending, whatever was taken and given back', () =>
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(fc.integer({ min: 1, max: LAST }), { minLength: 1 })), (rounds) => {
      let pool = fullTagPool(LAST);
      const used = new Set<number>();
      for (const tags of rounds) {
        const [taken, givenBack] = [tags.filter((tag) => !used.has(tag)), tags.filter((tag) => used.has(tag))];
        pool = tagPoolAfter(pool, taken, givenBack);
        for (const tag of taken) used.add(tag);
        for (const tag of givenBack) used.delete(tag);
        const free = Array.from({ length: LAST }, (_, i) => i + 1).filter((tag) => !used.has(tag));
        expect(freeIn(pool)).toEqual(free);
        expect(freeTags(pool)).toBe(free.length);
      }
    }),
  ));

it('gives the lowest that are not held back', () => {
  const pool = tagPoolAfter(tagPoolAfter(fullTagPool(LAST), [1, 2, 3, 4, 5, 6], []), [], [5, 2, 3]);
  expect(lowestFreeTags(pool, 4, new Set([3, 7]))).toEqual([2, 5, 8, 9]);
});
