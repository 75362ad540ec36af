import { groupContradiction } from './contradiction';
import type { GroupsChanged } from './events';
import { groupDecider } from './group-decider';
import type { SecurityGroup } from './security-group';

const group = (guid: string): SecurityGroup => ({
  ...{ guid, name: guid, rules: [], problems: [], stagingDefault: false, runningDefault: false },
  ...{ stagingSpaces: [], runningSpaces: [] },
});
const changed = (parts: Partial<GroupsChanged>): GroupsChanged => ({
  ...{ type: 'groups-changed', added: [], changed: [], removed: [], asOfMs: null },
  ...parts,
});
const book = groupDecider.evolve(groupDecider.initialState, changed({ added: [group('a'), group('b')] }));

it('nothing contradicts an event that adds, changes and removes others each', () => {
  const event = changed({ added: [group('c')], changed: [group('a')], removed: ['b'] });
  expect(groupContradiction(book, event)).toBeUndefined();
});

it.each<[string, GroupsChanged]>([
  ["it adds the security group 'a', which is there already", changed({ added: [group('a')] })],
  ["it changes or removes the security group 'c', which is not there", changed({ changed: [group('c')] })],
  ["it changes or removes the security group 'c', which is not there", changed({ removed: ['c'] })],
  ['it names a security group twice', changed({ changed: [group('a')], removed: ['a'] })],
])('%s', (words, event) => expect(groupContradiction(book, event)).toBe(words));
