import type { Decider } from '../decider';
import { PersistentMap } from '../persistent-map';
import { Refused } from '../refused';
import type { AddPolicies, PolicyCommand, RemovePolicies, ReserveTag } from './commands';
import {
  MOST_LISTED,
  type Asked,
  type PoliciesChanged,
  type PoliciesConfirmed,
  type PolicyEvent,
  type TagReserved,
} from './events';
import { distinct, inboundKey, type Policy, type TagOfApp } from './policy';
import { APP_TYPE, emptyPolicyBook, hasPolicy, tagOf, typeOf, type AppEntry, type PolicyBook } from './policy-book';
import { requireQuota } from './quota';
import { lowestFreeTags, tagPoolAfter } from './tag-pool';

/** The highest tag that fits the 16 bits of a VXLAN-GBP header. */
export const LAST_TAG = 0xffff;

/**
 * Policies between apps. One command is one event, so a batch is all or nothing.
 *
 * An app holds a tag while it takes part in at least one policy, as source or as destination. New apps get the lowest
 * free tags in the order of the command, source before destination (as Cloud Foundry's policy server does). Names that
 * are no apps can hold tags too; they take part in no policy, so no removal of policies releases theirs.
 */
export function policyDecider(lastTag: number = LAST_TAG): Decider<PolicyBook, PolicyCommand, PolicyEvent> {
  return { initialState: emptyPolicyBook(lastTag), decide, evolve };
}

function decide(book: PolicyBook, command: PolicyCommand): PolicyEvent | undefined {
  switch (command.type) {
    case 'add-policies': {
      if (command.maxPerSource !== undefined) requireQuota(book, command.policies, command.maxPerSource);
      const named = distinct(command.policies);
      const added = named.filter((policy) => !hasPolicy(book, policy));
      if (added.length === 0) return confirmed(command, named);
      refuseOtherTypes(book, added);
      return {
        type: 'policies-changed',
        added,
        removed: [],
        tagsAllocated: allocateTags(book, added, command.avoidTags),
        tagsReleased: [],
        ...askedBeside(command, named, added),
      };
    }
    case 'remove-policies': {
      const named = distinct(command.policies);
      const removed = named.filter((policy) => hasPolicy(book, policy));
      if (removed.length === 0) return confirmed(command, named);
      return {
        type: 'policies-changed',
        added: [],
        removed,
        tagsAllocated: [],
        tagsReleased: releaseTags(book, removed),
        ...askedBeside(command, named, removed),
      };
    }
    case 'reserve-tag':
      return reserve(book, command);
  }
}

/** A request that names policies and changes nothing is a fact; one that names none is nothing. */
function confirmed(
  { type, policies }: AddPolicies | RemovePolicies,
  named: readonly Policy[],
): PoliciesConfirmed | undefined {
  if (policies.length === 0) return undefined;
  return { type: 'policies-confirmed', command: type, policies: policies.length, ...listed(named) };
}

/** What was asked, where the effect does not say it already. */
function askedBeside(
  { policies }: AddPolicies | RemovePolicies,
  named: readonly Policy[],
  effect: readonly Policy[],
): { asked?: Asked } {
  if (policies.length === effect.length) return {};
  const isEffect = new Set(effect);
  return { asked: { policies: policies.length, ...listed(named.filter((policy) => !isEffect.has(policy))) } };
}

/** A list cut short would be taken for the whole, so it is there as a whole or not at all. */
function listed(unchanged: readonly Policy[]): Pick<Asked, 'unchanged'> {
  return unchanged.length > 0 && unchanged.length <= MOST_LISTED ? { unchanged } : {};
}

function reserve(book: PolicyBook, { app, tagType, avoidTags }: ReserveTag): TagReserved | undefined {
  const held = typeOf(book, app);
  if (held === tagType) return undefined;
  if (held !== undefined) throw new Refused('tag-type-mismatch', `'${app}' holds a tag of type '${held}'`);
  const [tag] = lowestFreeTags(book.tags, 1, avoidTags) as [number];
  return { type: 'tag-reserved', reserved: { app, tag, ...(tagType !== APP_TYPE && { type: tagType }) } };
}

function refuseOtherTypes(book: PolicyBook, added: readonly Policy[]): void {
  for (const app of appsOf(added)) {
    const type = typeOf(book, app);
    if (type !== undefined && type !== APP_TYPE)
      throw new Refused('tag-type-mismatch', `'${app}' holds a tag of type '${type}', so it is no app of a policy`);
  }
}

function allocateTags(book: PolicyBook, added: readonly Policy[], avoid?: ReadonlySet<number>): TagOfApp[] {
  const newcomers = appsOf(added).filter((app) => tagOf(book, app) === undefined);
  const tags = lowestFreeTags(book.tags, newcomers.length, avoid);
  return newcomers.map((app, i) => ({ app, tag: tags[i] as number }));
}

function releaseTags(book: PolicyBook, removed: readonly Policy[]): TagOfApp[] {
  const fewer = new Map<string, number>();
  for (const { source, destination } of removed) {
    fewer.set(source, (fewer.get(source) ?? 0) + 1);
    fewer.set(destination, (fewer.get(destination) ?? 0) + 1);
  }
  return appsOf(removed).flatMap((app) => {
    const entry = book.apps.get(app);
    return entry && entry.inbound.size + entry.outbound === fewer.get(app) ? [{ app, tag: entry.tag }] : [];
  });
}

/** The apps of some policies, each where it stood first, source before destination. */
function appsOf(policies: readonly Policy[]): string[] {
  return [...new Set(policies.flatMap(({ source, destination }) => [source, destination]))];
}

function evolve(book: PolicyBook, event: PolicyEvent): PolicyBook {
  switch (event.type) {
    case 'policies-changed':
      return changed(book, event);
    case 'policies-confirmed':
      return book;
    case 'tag-reserved': {
      const { app, tag, type } = event.reserved;
      const entry: AppEntry = { tag, ...(type !== undefined && { type }), inbound: PersistentMap.empty(), outbound: 0 };
      return { apps: book.apps.set(app, entry), tags: tagPoolAfter(book.tags, [tag], []) };
    }
  }
}

function changed(book: PolicyBook, event: PoliciesChanged): PolicyBook {
  let apps = book.apps;
  for (const { app, tag } of event.tagsAllocated)
    apps = apps.set(app, { tag, inbound: PersistentMap.empty(), outbound: 0 });
  for (const policy of event.removed) apps = withPolicy(apps, policy, (inbound, key) => inbound.delete(key), -1);
  for (const policy of event.added) apps = withPolicy(apps, policy, (inbound, key) => inbound.set(key, policy), +1);
  for (const { app } of event.tagsReleased) apps = apps.delete(app);
  const tags = tagPoolAfter(book.tags, event.tagsAllocated.map(tagNumber), event.tagsReleased.map(tagNumber));
  return { apps, tags };
}

function withPolicy(
  apps: PersistentMap<AppEntry>,
  policy: Policy,
  change: (inbound: PersistentMap<Policy>, key: string) => PersistentMap<Policy>,
  outboundBy: number,
): PersistentMap<AppEntry> {
  const destination = entryOf(apps, policy.destination);
  const changed = apps.set(policy.destination, {
    ...destination,
    inbound: change(destination.inbound, inboundKey(policy)),
  });
  const source = entryOf(changed, policy.source);
  return changed.set(policy.source, { ...source, outbound: source.outbound + outboundBy });
}

function entryOf(apps: PersistentMap<AppEntry>, app: string): AppEntry {
  const entry = apps.get(app);
  if (!entry) throw new Error(`the log is inconsistent: app '${app}' takes part in a policy but holds no tag`);
  return entry;
}

function tagNumber({ tag }: TagOfApp): number {
  return tag;
}
