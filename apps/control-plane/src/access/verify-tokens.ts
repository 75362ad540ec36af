import {
  type Identity,
  messageOf,
  type Logger,
  Revocations,
  type SigningKey,
  Unauthenticated,
  verifyToken,
} from '@heddle/platform';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import { ServiceFailed } from './http-service';
import { KnownTokens } from './known-tokens';
import type { PublishedKeys } from './published-keys';
import { identityOf, type Uaa, uaaClaimsSchema } from './uaa';

/** Finds out whose a token is. @throws {Unauthenticated} when it is not good, or nobody can say that it is. */
export type VerifyToken = (token: string) => Promise<Identity>;

const REFUSED = 'failed to verify token with uaa';
/** What UAA signs with; nothing that a published key could be taken for a secret with. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** An access token of UAA: it names a client, has scopes, and its id does not end as those of refresh tokens do. */
const accessTokenSchema = uaaClaimsSchema.extend({
  client_id: z.string().min(1),
  scope: z.array(z.string()),
  sub: z.string().min(1),
  exp: z.number(),
  jti: z.string().refine((id) => !id.endsWith('-r')),
});

/** By the key of this installation. */
export function verifyOwnTokens(key: SigningKey, revocations: Revocations): VerifyToken {
  const tokens = new KnownTokens((token) => verifyToken(key, token));
  return async (token) => {
    const { identity, id } = await tokens.check(token);
    if (await revocations.includes(id)) throw new Unauthenticated('the token is revoked');
    return identity;
  };
}

/** By asking UAA about each token, which hears of revoked ones. */
export function askUaa(uaa: Pick<Uaa, 'checkToken'>, logger: Logger): VerifyToken {
  return async (token) => {
    try {
      return await uaa.checkToken(token);
    } catch (cause) {
      throw refusal(cause, logger);
    }
  };
}

/** By the keys that UAA publishes: see {@link PublishedKeys}. */
export function verifyByPublishedKeys(
  keys: PublishedKeys,
  issuer: string,
  logger: Logger,
  now: () => Date = () => new Date(),
): VerifyToken {
  const payloadOf = async (token: string): Promise<JWTPayload> => {
    const options = { issuer, algorithms: ALGORITHMS, currentDate: now() };
    return (await jwtVerify(token, keys.find.bind(keys), options)).payload;
  };
  return async (token) => {
    try {
      const payload = await payloadOf(token).catch(async (error: unknown) => {
        // A key can be replaced under its old name.
        if (error instanceof errors.JWSSignatureVerificationFailed && (await keys.lookAgain())) return payloadOf(token);
        throw error;
      });
      return identityOf(accessTokenSchema.parse(payload));
    } catch (cause) {
      throw refusal(cause, logger);
    }
  };
}

/** Clients hear the same words whatever the reason; operators need to hear when it is not the token. */
function refusal(cause: unknown, logger: Logger): unknown {
  if (cause instanceof ServiceFailed) logger.warn({ reason: messageOf(cause) }, 'a token could not be verified');
  else if (!(cause instanceof errors.JOSEError || cause instanceof z.ZodError)) return cause;
  return new Unauthenticated(REFUSED, { cause });
}
