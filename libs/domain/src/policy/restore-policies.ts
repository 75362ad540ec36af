import { checkPolicies } from '../guardrail/check-policies';
import { Refused } from '../refused';
import { eachOf, type Steps } from '../steps';
import type { RestorePolicies } from './commands';
import { NOTHING, type PoliciesChanged } from './events';
import { policyInWords, type Policy } from './policy';
import { hasPolicy, type PolicyBook } from './policy-book';
import { requireQuota } from './quota';
import type { Standing } from './revert';
import { allocateTags, appsOf, refuseOtherTypes, releaseTags } from './tags-of-apps';
import { endOf, isLater, withTerms, type PolicyTerm } from './term';

/** Lets policies stand as some changes found them. */
export function* restore(
  book: PolicyBook,
  { steps, undone, maxPerSource, avoidTags, ...guardrails }: RestorePolicies,
): Steps<PoliciesChanged | undefined> {
  if (steps.length === 0) return undefined;
  const [added, removed, terms]: [Policy[], Policy[], PolicyTerm[]] = [[], [], []];
  const lengthened: Policy[] = [];
  yield* eachOf(steps, ({ policy, from, to }) => {
    if (standingIn(book, policy) !== from) throw moved(policy);
    if (to === 'absent') return void removed.push(policy);
    if (from === 'absent') added.push(policy);
    else if (isLater(to, from)) lengthened.push(policy);
    if (from !== 'absent' || to !== null) terms.push({ policy, expiresAtMs: to });
  });
  if (maxPerSource !== undefined) yield* requireQuota(book, added, maxPerSource);
  const checked = yield* checkPolicies(book.guardrails, [...added, ...lengthened], guardrails);
  const apps = yield* appsOf(added);
  yield* refuseOtherTypes(book, apps);
  return {
    ...{ ...NOTHING, added, removed, tagsAllocated: yield* allocateTags(book, apps, avoidTags) },
    // Who loses one policy and gets another keeps its tag.
    tagsReleased: (yield* releaseTags(book, removed)).filter(({ app }) => !apps.has(app)),
    ...{ ...withTerms(terms), cause: { what: 'reverted', changes: undone }, ...checked },
  };
}

function standingIn(book: PolicyBook, policy: Policy): Standing {
  return hasPolicy(book, policy) ? endOf(book.boxes, policy) : 'absent';
}

function moved(policy: Policy): Refused {
  const what = `the policy ${policyInWords(policy)}`;
  return new Refused('policy-moved', `${what} was changed at this moment by somebody else: look again`);
}
