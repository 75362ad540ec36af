import { MOST_LISTED } from '../policy/events';
import { policyInWords, type Policy } from '../policy/policy';
import { AgainstGuardrail, Refused } from '../refused';
import { eachOf, type Steps } from '../steps';
import type { Guardrail } from './guardrail';
import type { GuardrailBook } from './guardrail-book';
import { appsToPlace, violates, type SpacesOfApps } from './violates';
import type { CheckedPolicies, GuardrailViolation } from './violation';

/** What a command brings along to be held against the guardrails. */
export interface GuardrailContext {
  /** What was found out about the spaces of apps, where guardrails go by them. */
  readonly spaces?: SpacesOfApps;
  /** Whether violations of all guardrails are told and none is refused: for a command that is only planned. */
  readonly tellsAll?: boolean;
}

/**
 * Holds what would stand from now on, or longer, against the guardrails. Without any it costs nothing.
 * @throws {AgainstGuardrail} when one forbids it; {Refused} `spaces-not-asked` when the command does not say what it takes to know.
 */
export function* checkPolicies(
  book: GuardrailBook,
  policies: readonly Policy[],
  { spaces = new Map(), tellsAll = false }: GuardrailContext,
): Steps<CheckedPolicies> {
  if (book.size === 0 || policies.length === 0) return {};
  const violations: GuardrailViolation[] = [];
  for (const standing of book.values()) {
    const { name: guardrail, mode } = standing.statement;
    const found: Policy[] = [];
    let unsure = 0;
    yield* eachOf(policies, (policy) => {
      const held = violates(standing, policy, spaces);
      if (held === 'no') return;
      if (held === 'not-asked') throw notAsked(guardrail);
      if (mode === 'refuse' && !tellsAll) throw against(standing.statement, policy, spaces);
      found.push(policy);
      if (held === 'unknown') unsure++;
    });
    if (found.length === 0) continue;
    violations.push({
      ...{ guardrail, mode, policies: found.length },
      ...(unsure > 0 && { unsure }),
      ...(found.length <= MOST_LISTED && { listed: found }),
    });
  }
  const placed = (yield* appsToPlace(book.values(), policies)).map((app) => ({ app, space: spaces.get(app) ?? null }));
  return { ...(violations.length > 0 && { violations }), ...(placed.length > 0 && { spaces: placed }) };
}

function against({ name, reason }: Guardrail, policy: Policy, spaces: SpacesOfApps): AgainstGuardrail {
  const { source, destination } = policy;
  const what = `the policy ${policyInWords(policy)}`;
  const guardrail = `the guardrail '${name}'${reason === undefined ? '' : ` (${reason})`}`;
  const unplaced = [source, destination].filter((app) => spaces.get(app) === null);
  const [app] = unplaced;
  const sentence =
    app === undefined
      ? `${what} is against ${guardrail}`
      : `${what} may be against ${guardrail}, since nobody knows the space of ${app}`;
  return new AgainstGuardrail(name, `${sentence}: leave it out, or have the guardrail changed first`);
}

function notAsked(guardrail: string): Refused {
  const why = `the guardrail '${guardrail}' goes by the spaces of apps and was set at this moment`;
  return new Refused('spaces-not-asked', `${why}: try again`);
}
