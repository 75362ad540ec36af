import type { Placements } from '../api/past-schemas';
import { page } from '../testing/samples';
import { pastPlacements, placementTable } from './past-placements';

const at = '2026-11-22T09:41:07.123456Z';
const placed = (cell: string, handle: string): Placements['placements'][number] => ({
  ...{ cell, handle, app: 'web', index: 0, address: '10.255.1.2', space: null, org: null },
  ...{ since: '2026-11-22T09:00:00.000000Z', until: null },
});
const answer = (members: Partial<Placements>): Placements => ({
  ...{ asOf: { seq: 7, time: at }, at, knownSince: at, placements: [], unheard: { count: 0, cells: [] }, next: null },
  ...members,
});

it('shows containers by cell, and cells of which nobody knows', () =>
  expect(
    placementTable(
      answer({
        placements: [placed('cell-2', 'web-1'), { ...placed('cell-1', 'x'), app: null, until: at }],
        unheard: { count: 1, cells: ['cell-3'] },
      }),
      page,
    ).split('\n'),
  ).toEqual([
    'as of 2026-11-22 09:41:07.123 +00:00',
    expect.stringMatching(/^CELL +CONTAINER +APP +ADDRESS +SINCE +UNTIL/) as string,
    expect.stringMatching(/^cell-1 +x +- +10.255.1.2 +2026-11-22 09:00:00 \+00:00 +2026-11-22 09:41:07/) as string,
    expect.stringMatching(/^cell-2 +web-1 +web\/0 /) as string,
    '1 cell with a lease had not said what it holds: cell-3',
  ]));

it('says that there were none', () =>
  expect(placementTable(answer({}), page)).toBe('as of 2026-11-22 09:41:07.123 +00:00: no containers'));

it('asks for every page as of the time of the first', async () => {
  const asked: unknown[] = [];
  const then = await pastPlacements(
    {
      listPlacements: async (question) => {
        asked.push(question);
        return asked.length === 1
          ? answer({ placements: [placed('a', 'x')], next: '1.0' })
          : answer({ placements: [placed('b', 'y')] });
      },
    },
    '5m ago',
  );
  expect(asked).toEqual([{ at: '5m ago' }, { at, after: '1.0' }]);
  expect(then.placements.map(({ handle }) => handle)).toEqual(['x', 'y']);
});
