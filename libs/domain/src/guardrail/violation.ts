import type { Policy } from '../policy/policy';

/** That a change is against a guardrail, and is made all the same. */
export interface GuardrailViolation {
  readonly guardrail: string;
  /** `refuse` in plans alone. */
  readonly mode: 'refuse' | 'warn';
  /** How many policies of the change are against it, or may be. */
  readonly policies: number;
  /** Of how many of them nobody can say, since nobody knows the space of an app; left out if of none. */
  readonly unsure?: number;
  /** All of them, where they are few. */
  readonly listed?: readonly Policy[];
}

/** The space that an app was said to be in when a change was held against guardrails; `null`: nobody knew. */
export interface SpaceOfApp {
  readonly app: string;
  readonly space: string | null;
}

/** What came of holding a change against the guardrails, as its event keeps it. */
export interface CheckedPolicies {
  readonly violations?: readonly GuardrailViolation[];
  /** What decided it beside the policies themselves, where guardrails go by spaces. */
  readonly spaces?: readonly SpaceOfApp[];
}
