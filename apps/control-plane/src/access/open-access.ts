import { Revocations, TokenStore, type ConfigurationOf, type Logger, type SigningKey } from '@heddle/platform';
import type { AccessControl } from './access-control';
import { CloudController } from './cloud-controller';
import { CloudFoundryAccess } from './cloud-foundry-access';
import { PublishedKeys } from './published-keys';
import { ServiceToken } from './service-token';
import { Uaa } from './uaa';
import { askUaa, verifyByPublishedKeys, verifyOwnTokens, type VerifyToken } from './verify-tokens';

type Configuration = ConfigurationOf<'control-plane'>;

/** A request waits for the Cloud Controller; a list of many apps asks it many times, which has a bound of its own. */
const CC_TIMEOUT_MS = 5_000;
/** Every request waits for UAA, so a slow one is given up soon. */
const UAA_TIMEOUT_MS = 5_000;

/**
 * Opens the access control that the configuration asks for.
 *
 * ```
 *  header ─▶ verify ─┬─ no UAA: own key, own revocations
 *                    ├─ remote: UAA check_token
 *                    └─ local:  UAA's published keys
 *  policies ─▶ requireApps, visible, findStale ─▶ Cloud Controller ─▶ short cache ─▶ /v3/apps, /v3/roles
 * ```
 *
 * Nothing is asked before the first request, so that Heddle starts also while Cloud Foundry does not.
 *
 * @throws {FatalError} when a file with certificates cannot be read, or the data directory not be written.
 */
export async function openAccess(config: Configuration, key: SigningKey, logger: Logger): Promise<AccessControl> {
  const rules = {
    isSelfService: config.spaceDeveloperSelfService,
    maxPoliciesPerSource: config.maxPoliciesPerAppSource,
    cleanupMaxShare: config.cleanupMaxShare,
  };
  const uaa = openUaa(config);
  if (!uaa) {
    const tokens = await TokenStore.open(config.dataDir);
    return new CloudFoundryAccess({ ...rules, verifyToken: verifyOwnTokens(key, new Revocations(tokens)), close() {} });
  }
  const cloudController = openCloudController(config, uaa);
  return new CloudFoundryAccess({
    ...rules,
    verifyToken: verifierOf(config, uaa, logger),
    cloudController,
    close() {
      cloudController?.close();
      uaa.close();
    },
  });
}

/** UAA, if there is one. */
export function openUaa({ uaaUrl, uaaCa, uaaClient, uaaClientSecret }: Configuration): Uaa | undefined {
  if (uaaUrl === undefined || uaaClientSecret === undefined) return undefined;
  const where = { url: uaaUrl, caFile: uaaCa, timeoutMs: UAA_TIMEOUT_MS };
  return new Uaa(where, { id: uaaClient, secret: uaaClientSecret });
}

function openCloudController({ ccUrl, ccCa }: Configuration, uaa: Uaa): CloudController | undefined {
  if (ccUrl === undefined) return undefined;
  return new CloudController({ url: ccUrl, caFile: ccCa, timeoutMs: CC_TIMEOUT_MS }, new ServiceToken(uaa));
}

function verifierOf({ uaaVerify, uaaIssuer, uaaUrl }: Configuration, uaa: Uaa, logger: Logger): VerifyToken {
  if (uaaVerify === 'remote') return askUaa(uaa, logger);
  const issuer = uaaIssuer ?? `${uaaUrl?.replace(/\/+$/, '')}/oauth/token`;
  return verifyByPublishedKeys(new PublishedKeys(uaa), issuer, logger);
}
