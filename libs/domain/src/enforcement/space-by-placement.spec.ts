import { PersistentMap } from '../persistent-map';
import { cellFacts, emptyEnforcementBook, type EnforcementBook } from './enforcement-book';
import { spaceByPlacement } from './space-by-placement';

/** A book in which cells hold containers, each an app and its space. */
function bookOf(held: Record<string, [app: string, space: string | null][]>): EnforcementBook {
  let { cells, hosts } = emptyEnforcementBook;
  for (const [cell, containers] of Object.entries(held)) {
    const placed = containers.map(([app, space], index) => ({
      ...{ handle: `${cell}-${index}`, app, index, space },
      ...{ address: `10.255.1.${index}`, org: null },
    }));
    cells = cells.set(cell, { ...cellFacts(emptyEnforcementBook, cell), containers: placed });
    for (const { app } of placed) hosts = hosts.set(`app:${app}`, new Set([...(hosts.get(`app:${app}`) ?? []), cell]));
  }
  return { ...emptyEnforcementBook, cells, hosts: hosts as PersistentMap<ReadonlySet<string>> };
}

it.each<[string, Parameters<typeof bookOf>[0], string | null]>([
  [
    'that all cells say',
    {
      one: [['web', 'dev']],
      two: [
        ['web', 'dev'],
        ['api', 'prod'],
      ],
    },
    'dev',
  ],
  ['of an app that runs nowhere', { one: [['api', 'prod']] }, null],
  ['that no cell says', { one: [['web', null]] }, null],
  ['on which cells disagree', { one: [['web', 'dev']], two: [['web', 'prod']] }, null],
  [
    'that one cell says and another does not',
    {
      one: [
        ['web', 'dev'],
        ['web', null],
      ],
    },
    null,
  ],
])('the space %s', (_, held, space) => expect(spaceByPlacement(bookOf(held), 'web')).toBe(space));
