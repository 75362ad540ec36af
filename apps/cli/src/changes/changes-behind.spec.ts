import type { ChangeFilter } from '../api/api-client';
import type { Change } from '../api/schemas';
import { change } from '../testing/samples';
import { changesBehind } from './changes-behind';

/** A log of so many changes, listed as the control plane lists them. */
function logOf(size: number, members: Partial<Change> = {}) {
  const asked: ChangeFilter[] = [];
  return {
    asked,
    listChanges(filter: ChangeFilter) {
      asked.push(filter);
      const newest = Math.min(size, (filter.before ?? Infinity) - 1);
      const length = Math.min(newest, filter.limit ?? 50);
      const changes = Array.from({ length }, (_, i) => change(newest - i, members));
      return Promise.resolve({ changes, next: newest > length ? newest - length + 1 : null });
    },
  };
}

const seqs = (changes: Change[]) => changes.map(({ seq }) => seq);

it('gives the newest ones, the oldest of them first, when none is known', async () => {
  const log = logOf(9);
  const filter = { app: 'web', since: '2026-11-22T00:00:00Z', limit: 3 };
  expect(seqs(await changesBehind(log, filter, undefined))).toEqual([7, 8, 9]);
  expect(log.asked).toEqual([filter]);
});

it('gives all behind the one that is known, however many', async () => {
  const log = logOf(1203);
  const found = seqs(await changesBehind(log, { app: 'web', limit: 3 }, change(2)));
  expect(found).toEqual(Array.from({ length: 1201 }, (_, i) => i + 3));
  expect(log.asked.slice(1).map(({ app, before }) => [app, before])).toEqual([
    ['web', undefined],
    ['web', 704],
    ['web', 204],
  ]);
});

it('gives nothing when nothing came', async () => expect(await changesBehind(logOf(2), {}, change(2))).toEqual([]));

it.each([
  ['shorter', logOf(1)],
  ['empty', logOf(0)],
  ['a different one', logOf(5, { hash: 'other' })],
])('refuses to go on in a log that is %s', (_, log) =>
  expect(changesBehind(log, {}, change(2))).rejects.toThrow(
    'the control plane has another log now, in which change 2 is not the one it was: follow the changes anew',
  ),
);
