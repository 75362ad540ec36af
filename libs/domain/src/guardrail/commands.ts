import type { Guardrail } from './guardrail';

/** Let a guardrail stand, in place of any with its name. Policies that are against it already stay. */
export interface SetGuardrail {
  readonly type: 'set-guardrail';
  readonly guardrail: Guardrail;
}

/** Let a guardrail stand no more. */
export interface RemoveGuardrail {
  readonly type: 'remove-guardrail';
  readonly name: string;
}

export type GuardrailCommand = SetGuardrail | RemoveGuardrail;
