import { eachOf, type Steps } from '../steps';
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
  const allocated = new Set(event.tagsAllocated.map(({ app }) => app));
  const isApp = (name: string): boolean => allocated.has(name) || typeOf(book, name) === APP_TYPE;
  /** How many policies each app has more than before. */
  const more = new Map<string, number>();
  const count = ({ source, destination }: Policy, by: number): void => {
    for (const app of [source, destination]) more.set(app, (more.get(app) ?? 0) + by);
  };
  const seen = new Set<string>();
  const isFirst = (policy: Policy): boolean => seen.size < seen.add(policyKey(policy)).size;
  yield* eachOf(event.removed, (policy) => {
    if (!isFirst(policy) || !hasPolicy(book, policy)) found ??= `it removes ${words(policy)}, which is not there`;
    count(policy, -1);
  });
  yield* eachOf(event.added, (policy) => {
    if (!isFirst(policy) || hasPolicy(book, policy)) found ??= `it adds ${words(policy)}, which is there already`;
    const other = [policy.source, policy.destination].find((name) => !isApp(name));
    if (other !== undefined) found ??= `it adds a policy of '${other}', which has no tag`;
    count(policy, 1);
  });
  yield* eachOf(event.tagsReleased, ({ app, tag }) => {
    const entry = book.apps.get(app);
    const left = entry && entry.inbound.size + entry.outbound + (more.get(app) ?? 0);
    if (tagOf(book, app) !== tag || left !== 0) found ??= `it takes tag ${tag} from '${app}', which does not give it`;
  });
  return found;
}

function ofTags(book: PolicyBook, taken: readonly TagOfApp[]): string | undefined {
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
