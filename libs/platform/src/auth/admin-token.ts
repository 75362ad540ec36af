import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDataDirectory, readTextFile, writeFileAtomically } from '../files';
import { type Identity, Unauthenticated } from './identity';
import { ensureSigningKey, type SigningKey } from './signing-key';
import { signToken, verifyToken } from './token';

const DAY_MS = 86_400_000;
const VALID_MS = 365 * DAY_MS;
const RENEW_BEFORE_MS = 30 * DAY_MS;
const OWNER_ONLY = 0o600;

const ADMIN: Identity = { name: 'admin', scopes: ['network.admin'] };

/** Where the token of the administrator lies: one line. */
export function adminTokenPath(dataDir: string): string {
  return join(dataDir, 'admin.token');
}

/**
 * The token of the administrator, made at the first call and made anew when it has less than 30 of its 365 days left,
 * when the signing key is another one, or when others could have read the file. It must not be printed or logged.
 * @throws {FatalError} when the directory cannot be written.
 */
export async function ensureAdminToken(dataDir: string, now = new Date()): Promise<string> {
  const path = adminTokenPath(await ensureDataDirectory(dataDir));
  const key = await ensureSigningKey(dataDir);
  const existing = (await readTextFile(path))?.trim();
  if (existing !== undefined && (await isPrivate(path)) && (await lastsLongEnough(key, existing, now))) return existing;
  const token = await signToken(key, ADMIN, { issuedAt: now, expiresAt: new Date(now.getTime() + VALID_MS) });
  await writeFileAtomically(path, `${token}\n`, OWNER_ONLY);
  return token;
}

async function isPrivate(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o077) === 0;
}

async function lastsLongEnough(key: SigningKey, token: string, now: Date): Promise<boolean> {
  try {
    const { identity, expiresAt } = await verifyToken(key, token, now);
    return identity.name === ADMIN.name && expiresAt.getTime() - now.getTime() >= RENEW_BEFORE_MS;
  } catch (error) {
    if (error instanceof Unauthenticated) return false;
    throw error;
  }
}
