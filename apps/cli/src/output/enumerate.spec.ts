import { count, enumerate } from './enumerate';

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c, d and e'],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e and 2 more'],
])('%j', (items, words) => expect(enumerate(items)).toBe(words));

it('counts', () => expect([count(1, 'cell'), count(0, 'cell')]).toEqual(['1 cell', '0 cells']));
