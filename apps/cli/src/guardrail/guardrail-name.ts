import { refusedArgument } from '../arguments/refused-argument';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Checks the name of a guardrail.
 * @throws {UserError} when it can be none.
 */
export function guardrailName(text: string): string {
  if (NAME.test(text)) return text;
  throw refusedArgument('the name', text, 'small letters, digits and hyphens, at most 63, such as only-router');
}
