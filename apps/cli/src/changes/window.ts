import { UserError } from '@heddle/platform/errors';

/**
 * Checks that a window of time, with both ends in ISO 8601 and UTC, is not turned round.
 * @throws {UserError}
 */
export function requireWindow({ since, until }: { readonly since?: string; readonly until?: string }): void {
  if (since === undefined || until === undefined || since <= until) return;
  throw new UserError('argument-invalid', `--since (${since}) is later than --until (${until}): exchange them`);
}
