import { eachOf, PORTION, type Steps } from '../steps';
import type { PoliciesChanged, PolicyEvent } from './events';
import { policyInWords, policyKey, type Policy, type TagOfApp } from './policy';
import { APP_TYPE, hasPolicy, tagOf, typeOf, type PolicyBook } from './policy-book';
import { isFreeTag } from './tag-pool';

/** Why an event cannot follow on a book: half a sentence. `undefined` for every event that was decided on it. */
export function* policyContradiction(book: PolicyBook, event: PolicyEvent): Steps<string | undefined> {
  if (event.type === 'policies-changed') return yield* inChange(book, event);
  if (event.type === 'tag-reserved') return ofTags(book, [event.reserved]);
  return undefined;
}

function* inChange(book: PolicyBook, event: PoliciesChanged): Steps<string | undefined> {
  let found = ofTags(book, event.tagsAllocated);
  // Most events give nobody a tag, and name a single policy: there is none that could be it again.
  const allocated = event.tagsAllocated.length > 0 ? new Set(event.tagsAllocated.map(({ app }) => app)) : null;
  const isApp = (name: string): boolean => allocated?.has(name) || typeOf(book, name) === APP_TYPE;
  const seen = event.removed.length + event.added.length > 1 ? new Set<string>() : null;
  const isFirst = (policy: Policy): boolean => seen === null || seen.size < seen.add(policyKey(policy)).size;
  let taken = 0;
  for (const policy of event.removed) {
    if (!isFirst(policy) || !hasPolicy(book, policy)) found ??= `it removes ${words(policy)}, which is not there`;
    if (++taken % PORTION === 0) yield;
  }
  for (const policy of event.added) {
    if (!isFirst(policy) || hasPolicy(book, policy)) found ??= `it adds ${words(policy)}, which is there already`;
    for (const name of [policy.source, policy.destination])
      if (!isApp(name)) found ??= `it adds a policy of '${name}', which has no tag`;
    if (++taken % PORTION === 0) yield;
  }
  if (event.tagsReleased.length > 0) found ??= yield* ofReleases(book, event);
  return found;
}

/** Tags are given back by those who have no policy left. */
function* ofReleases(book: PolicyBook, event: PoliciesChanged): Steps<string | undefined> {
  /** How many policies each app has more than before. */
  const more = new Map<string, number>();
  const count = ({ source, destination }: Policy, by: number): void => {
    for (const app of [source, destination]) more.set(app, (more.get(app) ?? 0) + by);
  };
  yield* eachOf(event.removed, (policy) => count(policy, -1));
  yield* eachOf(event.added, (policy) => count(policy, 1));
  let found: string | undefined;
  yield* eachOf(event.tagsReleased, ({ app, tag }) => {
    const entry = book.apps.get(app);
    const left = entry && entry.inbound.size + entry.outbound + (more.get(app) ?? 0);
    if (tagOf(book, app) !== tag || left !== 0) found ??= `it takes tag ${tag} from '${app}', which does not give it`;
  });
  return found;
}

function ofTags(book: PolicyBook, taken: readonly TagOfApp[]): string | undefined {
  if (taken.length === 0) return undefined;
  const [apps, tags] = [new Set<string>(), new Set<number>()];
  for (const { app, tag } of taken) {
    if (tags.has(tag) || !isFreeTag(book.tags, tag)) return `it gives tag ${tag} to '${app}', which somebody has`;
    if (apps.has(app) || tagOf(book, app) !== undefined) return `it gives a tag to '${app}', which has one`;
    apps.add(app);
    tags.add(tag);
  }
  return undefined;
}

function words(policy: Policy): string {
  return `the policy ${policyInWords(policy)}`;
}
