import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { messageOf } from '../errors';
import { type Identity, Unauthenticated } from './identity';
import type { SigningKey } from './signing-key';

const ISSUER = 'heddle';
const ALGORITHM = 'EdDSA';

/** The claims, named as Cloud Foundry's UAA names them. */
const claimsSchema = z.object({
  user_name: z.string().min(1),
  user_id: z.string().optional(),
  client_id: z.string().optional(),
  scope: z.array(z.string()),
  exp: z.number(),
  jti: z.string().min(1),
});

/** What a token says, and until when it is good. */
export interface VerifiedToken {
  readonly identity: Identity;
  readonly expiresAt: Date;
  /** Its `jti`, by which it can be revoked. */
  readonly id: string;
}

/** Makes a token (JWT) for an identity; without `id` it gets one that no other has. */
export async function signToken(
  key: SigningKey,
  { name, userId, clientId, scopes }: Identity,
  { issuedAt, expiresAt, id = randomUUID() }: { issuedAt: Date; expiresAt: Date; id?: string },
): Promise<string> {
  return new SignJWT({ user_name: name, user_id: userId, client_id: clientId, scope: scopes })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setJti(id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(key.privateKey);
}

/**
 * Checks a token and reads it.
 * @param now the time at which it has to be good.
 * @throws {Unauthenticated} when it was not signed with this key, is out of date, or lacks a claim.
 */
export async function verifyToken(key: SigningKey, token: string, now = new Date()): Promise<VerifiedToken> {
  const claims = claimsSchema.safeParse(await verifiedPayload(key, token, now));
  if (!claims.success) throw new Unauthenticated('the token lacks claims that are needed', { cause: claims.error });
  const { user_name, user_id, client_id, scope, exp, jti } = claims.data;
  return {
    identity: { name: user_name, userId: user_id, clientId: client_id, scopes: scope },
    expiresAt: new Date(exp * 1000),
    id: jti,
  };
}

async function verifiedPayload(key: SigningKey, token: string, now: Date): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      currentDate: now,
    });
    return payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    const reason = error instanceof errors.JWTExpired ? 'has expired' : `is not valid (${messageOf(error)})`;
    throw new Unauthenticated(`the token ${reason}`, { cause: error });
  }
}
