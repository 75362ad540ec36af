import type { PolicyStatus } from '../api/reach-schemas';
import { page, visitorToHomeowner } from '../testing/samples';
import { statusText } from './policy-status';

const at = '2026-11-22T09:41:07.123456Z';
const author = (seq: number, actor: string) => ({ seq, time: at, actor, reason: 'tea' });
const cell = (name: string, members: Partial<PolicyStatus['policies'][number]['cells'][number]> = {}) => ({
  ...{ cell: name, said: 'enforced', by: 'change', at, state: 'enforced' },
  ...members,
});
const status = (members: object, placementsKnown = true) =>
  ({
    ...{ asOf: { seq: 9, time: at }, at, source: 'visitor', destination: 'homeowner', placementsKnown },
    policies: [
      {
        ...{ ...visitorToHomeowner, declared: true, enforced: true, added: author(7, 'ann'), removed: null },
        ...{ window: { from: at, until: at, ms: 12 }, cells: [cell('cell-1')] },
        ...members,
      },
    ],
  }) as PolicyStatus;
const lines = (given: PolicyStatus) => statusText(given, page).split('\n');

it('says of a policy that stands where it is in force, and since when', () =>
  expect(lines(status({ cells: [cell('cell-1'), cell('cell-2', { by: 'start' })] }))).toEqual([
    'as of change 9, 2026-11-22 09:41:07 +00:00',
    'visitor → homeowner tcp 8080: declared, and in force on 2 cells concerned',
    '  added by change 7 of ann, 2026-11-22 09:41:07 +00:00: “tea”',
    'CELL    STATE     SINCE',
    'cell-1  in force  2026-11-22 09:41:07.123 +00:00',
    'cell-2  in force  2026-11-22 09:41:07.123 +00:00, with its container',
  ]));

it('says where it was not yet, and that cells may be missing', () => {
  const cells = [cell('cell-1', { said: 'later' }), cell('cell-2', { said: 'unsaid', at: null, state: 'unknown' })];
  const [, head, , , later, unsaid, note] = lines(status({ enforced: false, cells }, false));
  expect(head).toContain('declared, and not in force on 2 of 2 cells concerned');
  expect(later).toMatch(/^cell-1 +not yet then +2026/);
  expect(unsaid).toMatch(/^cell-2 +not heard from +-/);
  expect(note).toMatch(/^where containers were is not known of then/);
});

it('says of one that was removed for how long it was exposed, or that it may still be', () => {
  const removed = author(8, 'bob');
  expect(lines(status({ declared: false, removed })).slice(1, 3)).toEqual([
    'visitor → homeowner tcp 8080: not declared any more, and stopped on 1 cell concerned',
    '  removed by change 8 of bob, 2026-11-22 09:41:07 +00:00: “tea”; it was exposed for 12 ms',
  ]);
  const cells = [cell('cell-1', { said: 'unsaid', at: null, state: 'waiting' })];
  const open = { declared: false, removed, enforced: false, window: { from: at, until: null, ms: null }, cells };
  expect(lines(status(open))[1]).toContain('perhaps still let through on 1 of 1 cell concerned');
});

it('says of one that no cell has anything to do with, that it is so', () =>
  expect(lines(status({ cells: [] }))[1]).toBe('visitor → homeowner tcp 8080: declared, and no cell is concerned'));
