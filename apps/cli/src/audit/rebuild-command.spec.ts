import { comparisonText } from './rebuild-command';

const none = { count: 0, keys: [] };

it('says that nothing differs', () =>
  expect(comparisonText({ position: 9, isEqual: true, tables: [] }, 'rebuild')).toBe(
    'the tables were made anew: up to change 9 they are what the log makes of them',
  ));

it('says what differs, a line for each kind and table', () => {
  const tables = [
    { table: 'event', missing: { count: 1, keys: ['2'] }, extra: none, different: none },
    { table: 'tag', missing: none, extra: none, different: none },
    {
      table: 'policy',
      missing: none,
      extra: { count: 12, keys: ['a', 'b', 'c', 'd', 'e', 'f'] },
      different: { count: 1, keys: ['g'] },
    },
  ];
  expect(comparisonText({ position: 9, isEqual: false, tables }, 'compare')).toBe(`\
the tables were compared, and differ: heddle audit rebuild mends it (up to change 9)
  event: 1 missing: 2
  policy: 12 too much: a, b, c, d, e, f, …
  policy: 1 different: g`);
});
