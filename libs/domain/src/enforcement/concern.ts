import { spaceKey, type DocumentKey } from './document-key';
import type { EnforcementBook } from './enforcement-book';

/** Which cells a change concerns, and by which of its documents each of them. */
export type Concern = ReadonlyMap<string, ReadonlySet<DocumentKey>>;

/** The cells that hold containers of any of these apps, each by the apps it holds. */
export function concernOfApps(book: EnforcementBook, apps: Iterable<string>): Concern {
  return concernOf(
    book,
    [...apps].map((app): DocumentKey => `app:${app}`),
  );
}

/**
 * The cells that hold containers of any of these spaces, each by the spaces it holds; for `null` all that hold containers. Those are
 * not among them whose receipts never name spaces.
 */
export function concernOfSpaces(book: EnforcementBook, spaces: Iterable<string | null>): Concern {
  return concernOf(book, [...spaces].map(spaceKey));
}

function concernOf({ hosts }: EnforcementBook, keys: readonly DocumentKey[]): Concern {
  const concern = new Map<string, Set<DocumentKey>>();
  for (const key of keys) {
    for (const cell of hosts.get(key) ?? []) concern.set(cell, (concern.get(cell) ?? new Set()).add(key));
  }
  return concern;
}
