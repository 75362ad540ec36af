import { inForceAt } from './in-force-at';

const change = (cells: Record<string, number | null>) => ({
  ...{ seq: 7, committedAtMs: 1000, cells: new Map(Object.entries(cells)) },
});

it('tells of each cell what it had said by then', () =>
  expect(inForceAt(change({ c: 1010, b: null, a: 1005 }), new Map(), 1007)).toEqual([
    { cell: 'a', said: 'enforced', atMs: 1005, by: 'change' },
    { cell: 'b', said: 'unsaid', atMs: null, by: 'change' },
    { cell: 'c', said: 'later', atMs: 1010, by: 'change' },
  ]));

it('holds from the beginning where a container came after the change, and is not taken from there where the cell was told', () =>
  expect(
    inForceAt(
      change({ a: null }),
      new Map([
        ['a', 900],
        ['b', 2000],
        ['c', 900],
      ]),
      3000,
    ),
  ).toEqual([
    { cell: 'a', said: 'unsaid', atMs: null, by: 'change' },
    { cell: 'b', said: 'enforced', atMs: 2000, by: 'start' },
    { cell: 'c', said: 'enforced', atMs: 1000, by: 'start' },
  ]));
