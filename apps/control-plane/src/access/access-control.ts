import type { Policy } from '@heddle/domain';
import type { Identity } from '@heddle/platform';

/** Under this token controllers get {@link AccessControl}. */
export const ACCESS = Symbol('access control');

/** The scope that may do everything. */
export const ADMIN_SCOPE = 'network.admin';

/** The scope that may see everything and change nothing. */
export const AUDIT_SCOPE = 'audit.read';

/** Who may do what. */
export interface AccessControl {
  /** Whether developers of a space need no scope to change and see its policies. */
  readonly isSelfService: boolean;
  /**
   * Whose token this is.
   * @param header `Authorization` as it came.
   * @throws {Unauthenticated} when there is none, or it is not good.
   */
  verify(header: string | undefined): Promise<Identity>;
  /**
   * Asks that somebody may change these policies: administrators may, others must be developers in the spaces of all apps.
   * @throws {WireError} 403 when they may not; 500 when it cannot be found out.
   */
  requireApps(identity: Identity, policies: readonly Policy[]): Promise<void>;
  /**
   * Those of the policies, or of what else is about a source and a destination, that somebody may see: administrators and auditors all, others those between apps of spaces they develop in.
   * @throws {WireError} 500 when it cannot be found out.
   */
  visible<Between extends Pick<Policy, 'source' | 'destination'>>(
    identity: Identity,
    policies: readonly Between[],
  ): Promise<readonly Between[]>;
  /** Of how many policies an app may be the source when this one adds some; undefined where there is no bound. */
  quotaFor(identity: Identity): number | undefined;
  /**
   * Those of all policies whose source or destination is gone.
   * @throws {ServiceFailed} when the Cloud Controller does not answer; {@link ImplausibleAnswer} when it is not believed.
   */
  findStale(policies: readonly Policy[]): Promise<readonly Policy[]>;
  /**
   * The space of each app that the Cloud Controller has; `undefined` where there is none to ask.
   * @throws {ServiceFailed} when it does not answer.
   */
  spacesOf(apps: readonly string[]): Promise<ReadonlyMap<string, string> | undefined>;
  /** Ends what is under way. */
  close(): void;
}

/** Whether somebody may do everything. */
export function isAdmin({ scopes }: Identity): boolean {
  return scopes.includes(ADMIN_SCOPE);
}

/** Whether somebody may see everything. */
export function seesAll(identity: Identity): boolean {
  return isAdmin(identity) || identity.scopes.includes(AUDIT_SCOPE);
}

/** The token in a header: `Bearer ` or `bearer ` is cut off, and anything else is part of it, as the original does. */
export function bearerToken(header: string): string {
  return header.replace(/^[Bb]earer /, '');
}
