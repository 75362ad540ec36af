import type { Guardrail } from './guardrail';

/** A guardrail stands from now on, in place of any with its name. */
export interface GuardrailSet {
  readonly type: 'guardrail-set';
  readonly guardrail: Guardrail;
}

/** A guardrail stands no more. */
export interface GuardrailRemoved {
  readonly type: 'guardrail-removed';
  /** As it stood. */
  readonly guardrail: Guardrail;
}

export type GuardrailEvent = GuardrailSet | GuardrailRemoved;
