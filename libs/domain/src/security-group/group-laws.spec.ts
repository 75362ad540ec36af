import fc from 'fast-check';
import type { GroupAsSent, GroupCommand } from './commands';
import { groupContradiction } from './contradiction';
import { defaultGroups, groupsOfSpace, type GroupBook } from './group-book';
import { groupDecider } from './group-decider';

const GUIDS = ['a', 'b', '__proto__'];
const SPACES = ['s', 't', 'constructor'];

const group: fc.Arbitrary<GroupAsSent> = fc.record({
  guid: fc.constantFrom(...GUIDS),
  name: fc.constantFrom('x', 'y'),
  rules: fc.array(
    fc.constantFrom<unknown>({ protocol: 'all', destination: '1.1.1.1' }, { protocol: 'tcp' }, null, 'nonsense'),
    { maxLength: 3 },
  ),
  stagingDefault: fc.boolean(),
  runningDefault: fc.boolean(),
  stagingSpaces: fc.subarray(SPACES),
  runningSpaces: fc.subarray(SPACES),
});
const groups = fc.uniqueArray(group, { minLength: 1, maxLength: 3, selector: ({ guid }) => guid });
const command: fc.Arbitrary<GroupCommand> = fc.oneof(
  fc.record({ type: fc.constant('sync-groups' as const), groups, asOfMs: fc.constant(null) }),
  fc.record({ type: fc.constant('put-group' as const), group }),
  fc.record({ type: fc.constant('delete-group' as const), guid: fc.constantFrom(...GUIDS) }),
);

function run(commands: readonly GroupCommand[]): GroupBook {
  return commands.reduce((book, next) => {
    const event = groupDecider.decide(book, next);
    return event ? groupDecider.evolve(book, event) : book;
  }, groupDecider.initialState);
}

/** The groups by the plainest means: a map from GUID to what was sent last. */
function oracle(commands: readonly GroupCommand[]): Map<string, GroupAsSent> {
  const held = new Map<string, GroupAsSent>();
  for (const next of commands) {
    if (next.type === 'sync-groups') held.clear();
    if (next.type === 'delete-group') held.delete(next.guid);
    for (const one of next.type === 'sync-groups' ? next.groups : next.type === 'put-group' ? [next.group] : [])
      held.set(one.guid, one);
  }
  return held;
}

const guids = (found: readonly { guid: string }[]) => found.map(({ guid }) => guid);

describe('after any commands', () => {
  it('an event contradicts nothing', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        let book = groupDecider.initialState;
        for (const next of commands) {
          const event = groupDecider.decide(book, next);
          if (!event) continue;
          expect(groupContradiction(book, event)).toBeUndefined();
          book = groupDecider.evolve(book, event);
        }
      }),
    ));

  it('the book holds exactly what was sent last', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const [book, wanted] = [run(commands), oracle(commands)];
        expect([...book.groups.entries()].map(([guid]) => guid).sort()).toEqual([...wanted.keys()].sort());
        for (const { guid, name, rules, problems, stagingSpaces } of book.groups.values()) {
          const sent = wanted.get(guid);
          expect([name, stagingSpaces]).toEqual([sent?.name, [...(sent?.stagingSpaces ?? [])].sort()]);
          expect(rules.length + problems.length).toBe(sent?.rules.length);
        }
      }),
    ));

  it('a space has the groups that are bound to it, and everyone the defaults', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const book = run(commands);
        const wanted = [...oracle(commands).values()].sort((a, b) => (a.guid < b.guid ? -1 : 1));
        for (const space of SPACES) {
          const bound = wanted.filter((one) => [...one.stagingSpaces, ...one.runningSpaces].includes(space));
          expect(guids(groupsOfSpace(book, space))).toEqual(guids(bound));
        }
        expect(guids(defaultGroups(book))).toEqual(
          guids(wanted.filter(({ stagingDefault, runningDefault }) => stagingDefault || runningDefault)),
        );
      }),
    ));

  it('the same command again changes nothing', () =>
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 20 }), (commands) => {
        expect(groupDecider.decide(run(commands), commands.at(-1) as GroupCommand)).toBeUndefined();
      }),
    ));

  it('a sync leads to the same book, whatever was before', () =>
    fc.assert(
      fc.property(fc.array(command), fc.array(command), groups, (one, other, last) => {
        const sync: GroupCommand = { type: 'sync-groups', groups: last, asOfMs: null };
        const held = (commands: GroupCommand[]) =>
          [...run([...commands, sync]).groups.values()].sort((a, b) => (a.guid < b.guid ? -1 : 1));
        expect(held(one)).toEqual(held(other));
      }),
    ));

  it('an index holds no space without a group', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        for (const guidsOfSpace of run(commands).bySpace.values()) expect(guidsOfSpace.size).toBeGreaterThan(0);
      }),
    ));
});
