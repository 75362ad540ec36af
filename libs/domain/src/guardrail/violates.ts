import type { Policy } from '../policy/policy';
import { eachOf, type Steps } from '../steps';
import type { AppSelector, GuardrailStatement } from './guardrail';

/** The space of each app that somebody was asked about; `null` where nobody knows it. */
export type SpacesOfApps = ReadonlyMap<string, string | null>;

/**
 * Whether something holds: `unknown` where it depends on the space of an app and nobody knows that, `not-asked` where nobody was
 * asked.
 */
export type Held = 'yes' | 'no' | 'unknown' | 'not-asked';

/** A statement that can be held against many policies. */
export interface Checkable {
  readonly statement: GuardrailStatement;
  readonly from: SelectorSets;
  readonly to: SelectorSets;
}

interface SelectorSets {
  readonly isOneOf: boolean;
  readonly apps: ReadonlySet<string>;
  readonly spaces: ReadonlySet<string>;
}

/** Prepares a statement, once for any number of policies. */
export function checkable(statement: GuardrailStatement): Checkable {
  return { statement, from: setsOf(statement.from), to: setsOf(statement.to) };
}

/** Whether a policy allows what a statement says shall never be: directly, since what is reached over others has a policy of its own. */
export function violates({ statement, from, to }: Checkable, policy: Policy, spaces: SpacesOfApps): Held {
  if (!hasPortsOf(policy, statement)) return 'no';
  const sides = [selects(from, policy.source, spaces), selects(to, policy.destination, spaces)];
  return (['no', 'not-asked', 'unknown'] as const).find((held) => sides.includes(held)) ?? 'yes';
}

/** The apps whose space decides whether policies are against statements; none where all statements go by apps alone. */
export function* appsToPlace(statements: Iterable<Checkable>, policies: Iterable<Policy>): Steps<string[]> {
  const asking = [...statements].filter(({ from, to }) => from.spaces.size + to.spaces.size > 0);
  if (asking.length === 0) return [];
  const found = new Set<string>();
  yield* eachOf(policies, (policy) => {
    for (const each of asking) {
      if (violates(each, policy, NOBODY) !== 'not-asked') continue;
      if (selects(each.from, policy.source, NOBODY) === 'not-asked') found.add(policy.source);
      if (selects(each.to, policy.destination, NOBODY) === 'not-asked') found.add(policy.destination);
    }
  });
  return [...found];
}

const NOBODY: SpacesOfApps = new Map();

function setsOf({ is, apps, spaces }: AppSelector): SelectorSets {
  return { isOneOf: is === 'one-of', apps: new Set(apps), spaces: new Set(spaces) };
}

function hasPortsOf({ protocol, start, end }: Policy, { protocol: wanted, ports }: GuardrailStatement): boolean {
  if (wanted !== undefined && wanted !== protocol) return false;
  return !ports || (start <= ports.end && end >= ports.start);
}

function selects({ isOneOf, apps, spaces }: SelectorSets, app: string, known: SpacesOfApps): Held {
  const [named, other] = isOneOf ? (['yes', 'no'] as const) : (['no', 'yes'] as const);
  if (apps.has(app)) return named;
  if (spaces.size === 0) return other;
  const space = known.get(app);
  if (space === undefined) return 'not-asked';
  if (space === null) return 'unknown';
  return spaces.has(space) ? named : other;
}
