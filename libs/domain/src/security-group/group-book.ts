import { PersistentMap } from '../persistent-map';
import type { SecurityGroup } from './security-group';

/** The security groups, folded from the log. */
export interface GroupBook {
  /** By GUID. */
  readonly groups: PersistentMap<SecurityGroup>;
  /** GUIDs of the groups bound to a space, for staging or for running. */
  readonly bySpace: PersistentMap<ReadonlySet<string>>;
  /** How new the newest answer of Cloud Controller is that the book has, epoch milliseconds; `null` before the first. */
  readonly asOfMs: number | null;
}

/** A book without groups. */
export const emptyGroupBook: GroupBook = {
  groups: PersistentMap.empty(),
  bySpace: PersistentMap.empty(),
  asOfMs: null,
};

/** The groups bound to a space, by GUID. */
export function groupsOfSpace(book: GroupBook, space: string): SecurityGroup[] {
  return [...(book.bySpace.get(space) ?? [])].sort().flatMap((guid) => book.groups.get(guid) ?? []);
}

/** The groups that hold everywhere, for staging or for running, by GUID. */
export function defaultGroups(book: GroupBook): SecurityGroup[] {
  const found = [...book.groups.values()].filter(
    ({ stagingDefault, runningDefault }) => stagingDefault || runningDefault,
  );
  return found.sort((a, b) => (a.guid < b.guid ? -1 : 1));
}

/** The spaces a group is bound to, each once. */
export function spacesOf({ stagingSpaces, runningSpaces }: SecurityGroup): Set<string> {
  return new Set([...stagingSpaces, ...runningSpaces]);
}

/** Where a group holds: the spaces it is bound to, and `null` if it holds in all. */
export function spacesHeldIn(group: SecurityGroup): (string | null)[] {
  const isDefault = group.stagingDefault || group.runningDefault;
  return isDefault ? [...spacesOf(group), null] : [...spacesOf(group)];
}

/** The book with this group in place of any with its GUID. */
export function withGroup(book: GroupBook, group: SecurityGroup): GroupBook {
  const rest = withoutGroup(book, group.guid);
  let { bySpace } = rest;
  for (const space of spacesOf(group))
    bySpace = bySpace.set(space, new Set([...(bySpace.get(space) ?? []), group.guid]));
  return { ...rest, groups: rest.groups.set(group.guid, group), bySpace };
}

/** The book without a group. */
export function withoutGroup(book: GroupBook, guid: string): GroupBook {
  const group = book.groups.get(guid);
  if (!group) return book;
  let { bySpace } = book;
  for (const space of spacesOf(group)) {
    const left = new Set(bySpace.get(space));
    left.delete(guid);
    bySpace = left.size === 0 ? bySpace.delete(space) : bySpace.set(space, left);
  }
  return { ...book, groups: book.groups.delete(guid), bySpace };
}
