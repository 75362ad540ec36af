import type { Policy } from '@heddle/domain';
import type { Identity } from '@heddle/platform';
import { WireError } from '@heddle/wire-cf';

/** Under this token controllers get who may touch which apps. */
export const ACCESS = Symbol('access control');

/** Who may touch which apps. Network admins may touch all of them. */
export interface AccessControl {
  /** Asks that the caller may change these policies. @throws {WireError} 403 when not, 500 when it cannot be known. */
  requireApps(identity: Identity, policies: readonly Policy[]): Promise<void>;
  /** Those of the policies that the caller may see. @throws {WireError} 500 when it cannot be known. */
  visible(identity: Identity, policies: readonly Policy[]): Promise<readonly Policy[]>;
  /** How many policies one source may have when this caller adds to them; `undefined` is no limit. */
  quotaFor(identity: Identity): number | undefined;
  /** Those of the policies whose source or destination is gone. @throws when that cannot be known. */
  findStale(policies: readonly Policy[]): Promise<readonly Policy[]>;
}

/** Without a Cloud Controller nobody can say whose an app is: admins may touch all of them, everyone else none. */
export class AdminsOnly implements AccessControl {
  async requireApps(identity: Identity): Promise<void> {
    if (!isAdmin(identity)) throw new WireError(403, 'one or more applications cannot be found or accessed');
  }

  async visible(identity: Identity, policies: readonly Policy[]): Promise<readonly Policy[]> {
    return isAdmin(identity) ? policies : [];
  }

  quotaFor(): undefined {
    return undefined;
  }

  async findStale(): Promise<never> {
    throw new Error('no Cloud Controller is configured, so nobody knows which apps are gone');
  }
}

function isAdmin({ scopes }: Identity): boolean {
  return scopes.includes('network.admin');
}
