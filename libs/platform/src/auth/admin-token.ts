import { stat } from 'node:fs/promises';
import { ensureDataDirectory, readTextFile, writeFileAtomically } from '../files';
import { adminTokenPath } from './admin-token-path';
import { type Identity, Unauthenticated } from './identity';
import { ensureSigningKey, type SigningKey } from './signing-key';
import { verifyToken } from './token';
import { TokenStore } from './token-store';

const DAY_MS = 86_400_000;
const VALID_MS = 365 * DAY_MS;
const RENEW_BEFORE_MS = 30 * DAY_MS;
const OWNER_ONLY = 0o600;

const ADMIN: Identity = { name: 'admin', scopes: ['network.admin'] };

/**
 * The token of the administrator, made at the first call and made anew when it has less than 30 of its 365 days left,
 * when the signing key is another one, when it was revoked, or when others could have read the file. It must not be printed or logged.
 * @throws {FatalError} when the directory cannot be written.
 */
export async function ensureAdminToken(dataDir: string, now = new Date()): Promise<string> {
  const path = adminTokenPath(await ensureDataDirectory(dataDir));
  const key = await ensureSigningKey(dataDir);
  const tokens = await TokenStore.open(dataDir);
  const existing = (await readTextFile(path))?.trim();
  if (existing !== undefined && (await isPrivate(path)) && (await isGoodFor(key, existing, tokens, now)))
    return existing;
  const expiresAt = new Date(now.getTime() + VALID_MS);
  const token = await tokens.issue(key, { identity: ADMIN, issuedAt: now, expiresAt });
  await writeFileAtomically(path, `${token}\n`, OWNER_ONLY);
  return token;
}

async function isPrivate(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o077) === 0;
}

async function isGoodFor(key: SigningKey, token: string, tokens: TokenStore, now: Date): Promise<boolean> {
  try {
    const { identity, expiresAt, id } = await verifyToken(key, token, now);
    if ((await tokens.revokedIds()).has(id)) return false;
    return identity.name === ADMIN.name && expiresAt.getTime() - now.getTime() >= RENEW_BEFORE_MS;
  } catch (error) {
    if (error instanceof Unauthenticated) return false;
    throw error;
  }
}
