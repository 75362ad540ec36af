import { PersistentMap } from '../persistent-map';
import { PORTION, type Steps } from '../steps';
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
  let taken = 0;
  for (const { app, tag } of event.tagsAllocated) {
    open.set(app, { tag, inbound: PersistentMap.empty<Policy>(), outbound: 0 });
    if (++taken % PORTION === 0) yield;
  }
  for (const policy of event.removed) {
    const destination = opened(open, book, policy.destination);
    destination.inbound = destination.inbound.delete(inboundKey(policy));
    opened(open, book, policy.source).outbound -= 1;
    if (++taken % PORTION === 0) yield;
  }
  for (const policy of event.added) {
    const destination = opened(open, book, policy.destination);
    destination.inbound = destination.inbound.set(inboundKey(policy), policy);
    opened(open, book, policy.source).outbound += 1;
    if (++taken % PORTION === 0) yield;
  }
  let { apps } = book;
  for (const { app } of event.tagsReleased) {
    open.delete(app);
    apps = apps.delete(app);
    if (++taken % PORTION === 0) yield;
  }
  for (const [app, entry] of open) {
    apps = apps.set(app, entry);
    if (++taken % PORTION === 0) yield;
  }
  const tags = tagPoolAfter(book.tags, event.tagsAllocated.map(tagNumber), event.tagsReleased.map(tagNumber));
  return { ...book, apps, tags, boxes: boxesAfter(book.boxes, event.removed, event.terms) };
}

/** The entry of an app that takes part, as it is by now. */
function opened(open: Map<string, OpenEntry>, { apps }: PolicyBook, app: string): OpenEntry {
  const known = open.get(app);
  if (known) return known;
  const entry = apps.get(app);
  if (!entry) throw new Error(`the log is inconsistent: app '${app}' takes part in a policy but holds no tag`);
  const copy = { ...entry };
  open.set(app, copy);
  return copy;
}

function tagNumber({ tag }: TagOfApp): number {
  return tag;
}
