export type { GuardrailContext } from './check-policies';
export type { GuardrailCommand, RemoveGuardrail, SetGuardrail } from './commands';
export { MOST_GUARDRAILS } from './decide-guardrail';
export type { GuardrailEvent, GuardrailRemoved, GuardrailSet } from './events';
export type { AppSelector, Guardrail, GuardrailStatement } from './guardrail';
export type { GuardrailBook, StandingGuardrail } from './guardrail-book';
export { appsToPlace, checkable, violates, type Checkable, type Held, type SpacesOfApps } from './violates';
export type { CheckedPolicies, GuardrailViolation, SpaceOfApp } from './violation';
