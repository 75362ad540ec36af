import { PersistentMap } from '../persistent-map';
import { eachOf, type Steps } from '../steps';
import type { PoliciesChanged } from './events';
import { inboundKey, type Policy, type TagOfApp } from './policy';
import type { AppEntry, PolicyBook } from './policy-book';
import { tagPoolAfter } from './tag-pool';
import { boxesAfter } from './term';

/** An app while an event is folded; nobody else sees it, so it may change. */
type OpenEntry = { -readonly [Name in keyof AppEntry]: AppEntry[Name] };

/**
 * The book after policies were added and removed. Each app the event touches is taken out of the book once and put back once,
 * however many of the policies are its own.
 */
export function* changed(book: PolicyBook, event: PoliciesChanged): Steps<PolicyBook> {
  const open = new Map<string, OpenEntry>();
  const entryOf = (app: string): OpenEntry => {
    const entry = open.get(app) ?? copyOf(book, app);
    open.set(app, entry);
    return entry;
  };
  yield* eachOf(event.tagsAllocated, ({ app, tag }) => {
    open.set(app, { tag, inbound: PersistentMap.empty<Policy>(), outbound: 0 });
  });
  yield* eachOf(event.removed, (policy) => {
    const destination = entryOf(policy.destination);
    destination.inbound = destination.inbound.delete(inboundKey(policy));
    entryOf(policy.source).outbound -= 1;
  });
  yield* eachOf(event.added, (policy) => {
    const destination = entryOf(policy.destination);
    destination.inbound = destination.inbound.set(inboundKey(policy), policy);
    entryOf(policy.source).outbound += 1;
  });
  let { apps } = book;
  yield* eachOf(event.tagsReleased, ({ app }) => {
    open.delete(app);
    apps = apps.delete(app);
  });
  yield* eachOf(open, ([app, entry]) => (apps = apps.set(app, entry)));
  const tags = tagPoolAfter(book.tags, event.tagsAllocated.map(tagNumber), event.tagsReleased.map(tagNumber));
  return { ...book, apps, tags, boxes: boxesAfter(book.boxes, event.removed, event.terms) };
}

function copyOf({ apps }: PolicyBook, app: string): OpenEntry {
  const entry = apps.get(app);
  if (!entry) throw new Error(`the log is inconsistent: app '${app}' takes part in a policy but holds no tag`);
  return { ...entry };
}

function tagNumber({ tag }: TagOfApp): number {
  return tag;
}
