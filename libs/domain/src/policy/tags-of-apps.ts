import { Refused } from '../refused';
import { eachOf, type Steps } from '../steps';
import type { Policy, TagOfApp } from './policy';
import { APP_TYPE, tagOf, typeOf, type PolicyBook } from './policy-book';
import { lowestFreeTags } from './tag-pool';

/** @throws {Refused} `tag-type-mismatch` when one of them is no app. */
export function* refuseOtherTypes(book: PolicyBook, apps: Iterable<string>): Steps<void> {
  yield* eachOf(apps, (app) => {
    const type = typeOf(book, app);
    if (type !== undefined && type !== APP_TYPE)
      throw new Refused('tag-type-mismatch', `'${app}' holds a tag of type '${type}', so it is no app of a policy`);
  });
}

/** The lowest free tags for those that have none. */
export function* allocateTags(
  book: PolicyBook,
  apps: Iterable<string>,
  avoid?: ReadonlySet<number>,
): Steps<TagOfApp[]> {
  const newcomers: string[] = [];
  yield* eachOf(apps, (app) => {
    if (tagOf(book, app) === undefined) newcomers.push(app);
  });
  const tags = lowestFreeTags(book.tags, newcomers.length, avoid);
  return newcomers.map((app, i) => ({ app, tag: tags[i] as number }));
}

/** The tags of those who take part in no policy any more when some are gone. */
export function* releaseTags(book: PolicyBook, removed: readonly Policy[]): Steps<TagOfApp[]> {
  const fewer = new Map<string, number>();
  yield* eachOf(removed, ({ source, destination }) => {
    fewer.set(source, (fewer.get(source) ?? 0) + 1);
    fewer.set(destination, (fewer.get(destination) ?? 0) + 1);
  });
  const released: TagOfApp[] = [];
  yield* eachOf(fewer, ([app, gone]) => {
    const entry = book.apps.get(app);
    if (entry && entry.inbound.size + entry.outbound === gone) released.push({ app, tag: entry.tag });
  });
  return released;
}

/** The apps of some policies, each where it stood first, source before destination. */
export function* appsOf(policies: readonly Policy[]): Steps<ReadonlySet<string>> {
  const apps = new Set<string>();
  yield* eachOf(policies, ({ source, destination }) => void apps.add(source).add(destination));
  return apps;
}
