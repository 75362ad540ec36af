import type { Guardrail } from './guardrail';
import { checkable, type Checkable } from './violates';

/** A guardrail that stands. */
export interface StandingGuardrail extends Checkable {
  readonly statement: Guardrail;
}

/** The guardrails that stand, by name, in the order they were set first. */
export type GuardrailBook = ReadonlyMap<string, StandingGuardrail>;

/** A book without any. */
export const emptyGuardrailBook: GuardrailBook = new Map();

/** The book with this guardrail in place of any with its name. */
export function withGuardrail(book: GuardrailBook, guardrail: Guardrail): GuardrailBook {
  return new Map(book).set(guardrail.name, { ...checkable(guardrail), statement: guardrail });
}

/** The book without a guardrail. */
export function withoutGuardrail(book: GuardrailBook, name: string): GuardrailBook {
  const left = new Map(book);
  left.delete(name);
  return left;
}
