import type { Decider } from '../decider';
import { Refused } from '../refused';
import type { GroupAsSent, GroupCommand, SyncGroups } from './commands';
import type { GroupEvent, GroupsChanged } from './events';
import { emptyGroupBook, withGroup, withoutGroup, type GroupBook } from './group-book';
import { readRules } from './read-rules';
import { sameGroup, type SecurityGroup } from './security-group';

/** Security groups. A sync becomes one event with nothing but the differences, and none when there are none. */
export const groupDecider: Decider<GroupBook, GroupCommand, GroupEvent> = {
  initialState: emptyGroupBook,

  decide(book, command) {
    switch (command.type) {
      case 'sync-groups':
        return sync(book, command);
      case 'put-group':
        return difference(book, { wanted: [command.group], removed: [], asOfMs: null });
      case 'delete-group': {
        const removed = book.groups.has(command.guid) ? [command.guid] : [];
        return difference(book, { wanted: [], removed, asOfMs: null });
      }
    }
  },

  evolve(book, { added, changed, removed, asOfMs }) {
    const without = removed.reduce(withoutGroup, book);
    const after = [...added, ...changed].reduce(withGroup, without);
    return { ...after, asOfMs: asOfMs ?? book.asOfMs };
  },
};

function sync(book: GroupBook, { groups, asOfMs }: SyncGroups): GroupsChanged | undefined {
  // Somebody else was faster with a newer answer; this one was overtaken on its way.
  if (asOfMs !== null && book.asOfMs !== null && asOfMs < book.asOfMs) return undefined;
  if (groups.length === 0 && book.groups.size > 0) {
    throw new Refused(
      'implausible-groups',
      `Cloud Controller says that there is no security group at all, while ${book.groups.size} are in force: nothing is removed`,
    );
  }
  const named = new Set(groups.map(({ guid }) => guid));
  const removed = [...book.groups.entries()].map(([guid]) => guid).filter((guid) => !named.has(guid));
  return difference(book, { wanted: groups, removed: removed.sort(), asOfMs });
}

interface Wish {
  /** Of groups with the same GUID the last counts. */
  readonly wanted: readonly GroupAsSent[];
  readonly removed: readonly string[];
  readonly asOfMs: number | null;
}

function difference(book: GroupBook, { wanted, removed, asOfMs }: Wish): GroupsChanged | undefined {
  const groups = [...new Map(wanted.map((group) => [group.guid, group])).values()].map(readGroup);
  const added = groups.filter(({ guid }) => !book.groups.has(guid));
  const changed = groups.filter((group) => {
    const held = book.groups.get(group.guid);
    return held !== undefined && !sameGroup(held, group);
  });
  if (added.length === 0 && changed.length === 0 && removed.length === 0) return undefined;
  return { type: 'groups-changed', added, changed, removed, asOfMs };
}

function readGroup({ guid, name, rules, stagingSpaces, runningSpaces, ...defaults }: GroupAsSent): SecurityGroup {
  const { stagingDefault, runningDefault } = defaults;
  return {
    ...{ guid, name, ...readRules(rules), stagingDefault, runningDefault },
    stagingSpaces: ascending(stagingSpaces),
    runningSpaces: ascending(runningSpaces),
  };
}

function ascending(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
