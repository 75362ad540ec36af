import type { Policy, Protocol } from '../policy/policy';

/** Some apps: those that are named or in a named space; or all but those. `none-of` nothing is every app. */
export interface AppSelector {
  readonly is: 'one-of' | 'none-of';
  /** GUIDs of apps. */
  readonly apps: readonly string[];
  /** GUIDs of spaces. */
  readonly spaces: readonly string[];
}

/** What shall never be: that a policy lets one of some apps reach one of others. */
export interface GuardrailStatement {
  readonly from: AppSelector;
  readonly to: AppSelector;
  /** Without it, either. */
  readonly protocol?: Protocol;
  /** Without it, any. A policy is against the statement if it allows one of these. */
  readonly ports?: Pick<Policy, 'start' | 'end'>;
}

/** A statement that is kept, and what becomes of a change against it. */
export interface Guardrail extends GuardrailStatement {
  /** What it goes by. */
  readonly name: string;
  /** `refuse`: such a change is not made; `warn`: it is made, and says so. */
  readonly mode: 'refuse' | 'warn';
  /** What it is for, in the words of the one who set it; told to those whose change is refused. */
  readonly reason?: string;
}

/** Whether two are the same to the letter. */
export function isSameGuardrail(a: Guardrail, b: Guardrail): boolean {
  return textOf(a) === textOf(b);
}

function textOf({ name, mode, reason, from, to, protocol, ports }: Guardrail): string {
  const selector = ({ is, apps, spaces }: AppSelector) => [is, apps, spaces];
  return JSON.stringify([name, mode, reason, selector(from), selector(to), protocol, ports?.start, ports?.end]);
}
