import { Refused } from '../refused';
import type { GuardrailCommand } from './commands';
import type { GuardrailEvent } from './events';
import { isSameGuardrail } from './guardrail';
import { withGuardrail, withoutGuardrail, type GuardrailBook } from './guardrail-book';

/** Every change is held against each of them, so they are few. */
export const MOST_GUARDRAILS = 100;

/** What becomes of a command; nothing, where it is so already. */
export function decideGuardrail(book: GuardrailBook, command: GuardrailCommand): GuardrailEvent | undefined {
  switch (command.type) {
    case 'set-guardrail': {
      const { guardrail } = command;
      const standing = book.get(guardrail.name);
      if (standing && isSameGuardrail(standing.statement, guardrail)) return undefined;
      if (!standing && book.size >= MOST_GUARDRAILS)
        throw new Refused(
          'too-many-guardrails',
          `there are ${book.size} guardrails, and no more can be: remove one first`,
        );
      return { type: 'guardrail-set', guardrail };
    }
    case 'remove-guardrail': {
      const standing = book.get(command.name);
      return standing && { type: 'guardrail-removed', guardrail: standing.statement };
    }
  }
}

/** The guardrails after an event. */
export function guardrailsAfter(book: GuardrailBook, { type, guardrail }: GuardrailEvent): GuardrailBook {
  return type === 'guardrail-set' ? withGuardrail(book, guardrail) : withoutGuardrail(book, guardrail.name);
}
