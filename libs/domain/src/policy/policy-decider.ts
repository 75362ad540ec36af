import type { Decider } from '../decider';
import { checkPolicies } from '../guardrail/check-policies';
import { decideGuardrail, guardrailsAfter } from '../guardrail/decide-guardrail';
import { PersistentMap } from '../persistent-map';
import { Refused } from '../refused';
import { atOnce, eachOf, type Steps } from '../steps';
import type { AddPolicies, ExpirePolicies, LimitPolicies, PolicyCommand, RemovePolicies, ReserveTag } from './commands';
import {
  MOST_LISTED,
  NOTHING,
  type Asked,
  type PoliciesChanged,
  type PoliciesConfirmed,
  type PolicyEvent,
  type TagReserved,
} from './events';
import { policyKey, type Policy } from './policy';
import { changed } from './policies-changed';
import { APP_TYPE, emptyPolicyBook, hasPolicy, typeOf, type AppEntry, type PolicyBook } from './policy-book';
import { requireQuota } from './quota';
import { lowestFreeTags, tagPoolAfter } from './tag-pool';
import { restore } from './restore-policies';
import { allocateTags, appsOf, refuseOtherTypes, releaseTags } from './tags-of-apps';
import { endOf, isLater, termsUntil, withTerms } from './term';

/** The highest tag that fits the 16 bits of a VXLAN-GBP header. */
export const LAST_TAG = 0xffff;

/**
 * Policies between apps. One command is one event, so a batch is all or nothing.
 *
 * An app holds a tag while it takes part in at least one policy, as source or as destination. New apps get the lowest
 * free tags in the order of the command, source before destination (as Cloud Foundry's policy server does). Names that
 * are no apps can hold tags too; they take part in no policy, so no removal of policies releases theirs.
 *
 * Guardrails are decided here as well, so that a change of policies meets those that stand at its place in the log.
 */
export function policyDecider(lastTag: number = LAST_TAG): Decider<PolicyBook, PolicyCommand, PolicyEvent> {
  return {
    initialState: emptyPolicyBook(lastTag),
    decide: (book, command) => atOnce(decide(book, command)),
    evolve: (book, event) => atOnce(evolve(book, event)),
    inSteps: { decide, evolve },
  };
}

function* decide(book: PolicyBook, command: PolicyCommand): Steps<PolicyEvent | undefined> {
  switch (command.type) {
    case 'add-policies': {
      if (command.maxPerSource !== undefined) yield* requireQuota(book, command.policies, command.maxPerSource);
      const { expiresAtMs = null } = command;
      const { present, absent: added } = yield* named(book, command);
      const lasts = (policy: Policy): boolean => isLater(expiresAtMs, endOf(book.boxes, policy));
      const lengthened = book.boxes.size === 0 ? [] : present.filter(lasts);
      const unchanged = lengthened.length === 0 ? present : present.filter((policy) => !lasts(policy));
      if (added.length + lengthened.length === 0) return confirmed(command, unchanged);
      const checked = yield* checkPolicies(book.guardrails, [...added, ...lengthened], command);
      const apps = yield* appsOf(added);
      yield* refuseOtherTypes(book, apps);
      return {
        type: 'policies-changed',
        added,
        removed: [],
        tagsAllocated: yield* allocateTags(book, apps, command.avoidTags),
        tagsReleased: [],
        ...askedBeside(command, added.length + lengthened.length, unchanged),
        ...withTerms(termsUntil(expiresAtMs, expiresAtMs === null ? lengthened : [...added, ...lengthened])),
        ...checked,
      };
    }
    case 'remove-policies': {
      const { present: removed, absent: unchanged } = yield* named(book, command);
      if (removed.length === 0) return confirmed(command, unchanged);
      return {
        type: 'policies-changed',
        added: [],
        removed,
        tagsAllocated: [],
        tagsReleased: yield* releaseTags(book, removed),
        ...askedBeside(command, removed.length, unchanged),
      };
    }
    case 'limit-policies':
      return yield* limit(book, command);
    case 'expire-policies':
      return yield* expire(book, command);
    case 'restore-policies':
      return yield* restore(book, command);
    case 'reserve-tag':
      return reserve(book, command);
    case 'set-guardrail':
    case 'remove-guardrail':
      return decideGuardrail(book.guardrails, command);
  }
}

/** A request that names policies and changes nothing is a fact; one that names none is nothing. */
function confirmed(
  { type, policies }: AddPolicies | RemovePolicies,
  unchanged: readonly Policy[],
): PoliciesConfirmed | undefined {
  if (policies.length === 0) return undefined;
  return { type: 'policies-confirmed', command: type, policies: policies.length, ...listed(unchanged) };
}

/** What was asked, where the effect does not say it already. */
function askedBeside(
  { policies }: AddPolicies | RemovePolicies,
  effective: number,
  unchanged: readonly Policy[],
): { asked?: Asked } {
  return policies.length === effective ? {} : { asked: { policies: policies.length, ...listed(unchanged) } };
}

/** A list cut short would be taken for the whole, so it is there as a whole or not at all. */
function listed(unchanged: readonly Policy[]): Pick<Asked, 'unchanged'> {
  return unchanged.length > 0 && unchanged.length <= MOST_LISTED ? { unchanged } : {};
}

/** Unlike additions and removals, one without effect is no event: no cell of Cloud Foundry asks for it. */
function* limit(book: PolicyBook, command: LimitPolicies): Steps<PoliciesChanged | undefined> {
  const { present } = yield* named(book, command);
  const shortened = present.filter((policy) => isLater(endOf(book.boxes, policy), command.expiresAtMs));
  return shortened.length === 0 ? undefined : { ...NOTHING, ...withTerms(termsUntil(command.expiresAtMs, shortened)) };
}

function* expire(book: PolicyBook, { due, openedBy }: ExpirePolicies): Steps<PoliciesChanged | undefined> {
  const over = due.filter(({ policy, expiresAtMs }) => endOf(book.boxes, policy) === expiresAtMs);
  if (over.length === 0) return undefined;
  const removed = over.map(({ policy }) => policy);
  const cause = { what: 'expired', changes: [openedBy] } as const;
  return { ...NOTHING, removed, tagsReleased: yield* releaseTags(book, removed), cause };
}

function reserve(book: PolicyBook, { app, tagType, avoidTags }: ReserveTag): TagReserved | undefined {
  const held = typeOf(book, app);
  if (held === tagType) return undefined;
  if (held !== undefined) throw new Refused('tag-type-mismatch', `'${app}' holds a tag of type '${held}'`);
  const [tag] = lowestFreeTags(book.tags, 1, avoidTags) as [number];
  return { type: 'tag-reserved', reserved: { app, tag, ...(tagType !== APP_TYPE && { type: tagType }) } };
}

/** The policies of a command that the book holds, and those that it does not: each once, where it stood first. */
function* named(
  book: PolicyBook,
  { policies }: Pick<AddPolicies, 'policies'>,
): Steps<{ present: Policy[]; absent: Policy[] }> {
  const seen = new Set<string>();
  const [present, absent]: [Policy[], Policy[]] = [[], []];
  yield* eachOf(policies, (policy) => {
    const key = policyKey(policy);
    if (seen.has(key)) return;
    seen.add(key);
    (hasPolicy(book, policy) ? present : absent).push(policy);
  });
  return { present, absent };
}

function* evolve(book: PolicyBook, event: PolicyEvent): Steps<PolicyBook> {
  switch (event.type) {
    case 'policies-changed':
      return yield* changed(book, event);
    case 'policies-confirmed':
      return book;
    case 'tag-reserved': {
      const { app, tag, type } = event.reserved;
      const entry: AppEntry = { tag, ...(type !== undefined && { type }), inbound: PersistentMap.empty(), outbound: 0 };
      return { ...book, apps: book.apps.set(app, entry), tags: tagPoolAfter(book.tags, [tag], []) };
    }
    case 'guardrail-set':
    case 'guardrail-removed':
      return { ...book, guardrails: guardrailsAfter(book.guardrails, event) };
  }
}
