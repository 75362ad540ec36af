import type { DocumentKey, EnforcementBook } from './enforcement-book';

/** Which cells a change concerns, and by which of its documents each of them. */
export type Concern = ReadonlyMap<string, ReadonlySet<DocumentKey>>;

/** The cells that hold containers of any of these apps, each by the apps it holds. */
export function concernOfApps(book: EnforcementBook, apps: Iterable<string>): Concern {
  const concern = new Map<string, Set<DocumentKey>>();
  for (const app of apps) {
    for (const cell of book.hosts.get(app) ?? []) concern.set(cell, (concern.get(cell) ?? new Set()).add(`app:${app}`));
  }
  return concern;
}
