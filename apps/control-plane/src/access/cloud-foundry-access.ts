import type { Policy } from '@heddle/domain';
import { type Identity, Unauthenticated } from '@heddle/platform';
import { WireError } from '@heddle/wire-cf';
import { type AccessControl, bearerToken, isAdmin, seesAll } from './access-control';
import type { CloudController } from './cloud-controller';
import { ServiceFailed } from './http-service';
import { appsOf, stalePolicies } from './stale-policies';
import type { VerifyToken } from './verify-tokens';

/** What access rests on. */
export interface AccessParts {
  readonly verifyToken: VerifyToken;
  /** Without it nobody can be told from a stranger but administrators. */
  readonly cloudController?: CloudController;
  readonly isSelfService: boolean;
  readonly maxPoliciesPerSource: number;
  /** See {@link stalePolicies}. */
  readonly cleanupMaxShare: number;
  /** Ends what the parts have under way. */
  readonly close: () => void;
}

/** Who may do what, by the roles of Cloud Foundry. */
export class CloudFoundryAccess implements AccessControl {
  constructor(private readonly parts: AccessParts) {}

  get isSelfService(): boolean {
    return this.parts.isSelfService;
  }

  async verify(header: string | undefined): Promise<Identity> {
    if (!header) throw new Unauthenticated('missing authorization header');
    return this.parts.verifyToken(bearerToken(header));
  }

  async requireApps(identity: Identity, policies: readonly Policy[]): Promise<void> {
    if (isAdmin(identity)) return;
    let isAllowed: boolean;
    try {
      isAllowed = await this.developsAll(identity, appsOf(policies));
    } catch (cause) {
      throw new WireError(500, 'check access failed', { cause });
    }
    if (!isAllowed) {
      const code = 'apps-not-accessible';
      throw new WireError(403, 'one or more applications cannot be found or accessed', { code });
    }
  }

  async visible<Between extends Pick<Policy, 'source' | 'destination'>>(
    identity: Identity,
    policies: readonly Between[],
  ): Promise<readonly Between[]> {
    const { cloudController } = this.parts;
    if (seesAll(identity) || policies.length === 0) return policies;
    if (!cloudController || identity.subject === undefined) return [];
    try {
      const [spaces, developed] = await Promise.all([
        cloudController.spacesOf(appsOf(policies)),
        cloudController.spacesOfDeveloper(identity.subject),
      ]);
      const isSeen = (app: string) => developed.has(spaces.get(app) ?? '');
      return policies.filter(({ source, destination }) => isSeen(source) && isSeen(destination));
    } catch (cause) {
      throw new WireError(500, 'filter policies failed', { cause });
    }
  }

  quotaFor(identity: Identity): number | undefined {
    return isAdmin(identity) ? undefined : this.parts.maxPoliciesPerSource;
  }

  async findStale(policies: readonly Policy[]): Promise<readonly Policy[]> {
    const { cloudController, cleanupMaxShare } = this.parts;
    if (!cloudController) throw new ServiceFailed('HEDDLE_CC_URL is not set, so nobody can say which apps are gone');
    if (policies.length === 0) return [];
    return stalePolicies(policies, await cloudController.existing(appsOf(policies)), cleanupMaxShare);
  }

  async spacesOf(apps: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> {
    return this.parts.cloudController?.spacesOf(apps);
  }

  close(): void {
    this.parts.close();
  }

  /** Stricter than the original, which passes over apps that do not exist: see docs/reference/differences.md. */
  private async developsAll({ subject }: Identity, apps: ReadonlySet<string>): Promise<boolean> {
    const { cloudController } = this.parts;
    if (!cloudController || subject === undefined) return false;
    const spaces = await cloudController.spacesOf(apps);
    if (spaces.size < apps.size) return false;
    return cloudController.developsIn(subject, [...new Set(spaces.values())]);
  }
}
