import type { Change } from '../api/schemas';
import { change, visitorToHomeowner } from '../testing/samples';
import { findChangeOf } from './find-change-of';

const other = { ...visitorToHomeowner, start: 9090, end: 9090 };
const changed = (seq: number, added: object[], removed: object[] = []) => change(seq, { data: { added, removed } });
const listing = (...changes: Change[]) => ({ listChanges: () => Promise.resolve({ changes, next: null }) });

it.each([
  ['the newest that added it', 'add', 7],
  ['the newest that removed it', 'remove', 8],
] as const)('finds %s', async (_, verb, seq) => {
  const api = listing(
    changed(9, [other]),
    changed(8, [], [other, visitorToHomeowner]),
    changed(7, [other, visitorToHomeowner]),
    changed(6, [visitorToHomeowner]),
    changed(5, [], [visitorToHomeowner]),
  );
  expect(await findChangeOf(api, verb, visitorToHomeowner)).toMatchObject({ seq });
});

it.each(['source', 'destination', 'protocol', 'start', 'end'] as const)(
  'tells policies apart by their %s',
  async (member) => {
    const almost = { ...visitorToHomeowner, [member]: member === 'start' || member === 'end' ? 1 : 'udp' };
    const api = listing(changed(3, [almost]), changed(2, [visitorToHomeowner]));
    expect(await findChangeOf(api, 'add', visitorToHomeowner)).toMatchObject({ seq: 2 });
  },
);

it('takes the newest of the app when the policy is in none', async () =>
  expect(
    await findChangeOf(listing(changed(4, [other]), changed(3, [other])), 'add', visitorToHomeowner),
  ).toMatchObject({
    seq: 4,
  }));

it('finds nothing where there is nothing', async () =>
  expect(await findChangeOf(listing(), 'remove', visitorToHomeowner)).toBeUndefined());
