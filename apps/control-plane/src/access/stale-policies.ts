import type { Policy } from '@heddle/domain';

/** The Cloud Controller said something that would remove too much: nothing is removed. */
export class ImplausibleAnswer extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImplausibleAnswer';
  }
}

/** Every app that takes part in one of the policies, once. */
export function appsOf(policies: readonly Pick<Policy, 'source' | 'destination'>[]): Set<string> {
  return new Set(policies.flatMap(({ source, destination }) => [source, destination]));
}

/**
 * Those of all policies whose source or destination is not among the existing apps.
 * @param maxShare which share of all policies may be stale at most, from 0 to 1.
 * @throws {ImplausibleAnswer} when no app exists at all, or more than that share would go.
 */
export function stalePolicies(policies: readonly Policy[], existing: ReadonlySet<string>, maxShare: number): Policy[] {
  if (policies.length > 0 && existing.size === 0) {
    throw new ImplausibleAnswer(
      `the Cloud Controller knows none of the ${appsOf(policies).size} apps that have policies, so nothing is removed: ` +
        'look whether HEDDLE_CC_URL names the right one, or remove the policies yourself',
    );
  }
  const stale = policies.filter(({ source, destination }) => !existing.has(source) || !existing.has(destination));
  if (stale.length > policies.length * maxShare) {
    throw new ImplausibleAnswer(
      `${stale.length} of ${policies.length} policies belong to apps the Cloud Controller does not know, which is more than ` +
        `HEDDLE_CLEANUP_MAX_SHARE (${maxShare}) allows to remove at once, so nothing is removed: ` +
        'look whether it answers rightly, then raise the share or remove the policies yourself',
    );
  }
  return stale;
}
