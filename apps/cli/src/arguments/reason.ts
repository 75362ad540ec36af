import { UserError } from '@heddle/platform/errors';

/** The control plane keeps so much of a reason. */
const LONGEST_REASON = 500;

/**
 * Checks a reason, which travels in a header and is kept for ever.
 * @throws {UserError} when it is empty, too long, or holds control characters.
 */
export function parseReason(text: string): string {
  const reason = text.trim();
  if (reason === '') throw new UserError('argument-invalid', '--reason is empty: say why, or leave it out');
  if (reason.length > LONGEST_REASON) {
    throw new UserError(
      'argument-invalid',
      `--reason has ${reason.length} characters, but at most ${LONGEST_REASON} are kept: shorten it`,
    );
  }
  if (/\p{Cc}/u.test(reason)) {
    throw new UserError('argument-invalid', '--reason holds a line break or another control character: write one line');
  }
  return reason;
}
