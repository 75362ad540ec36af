import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { errorCodeOf, FatalError, messageOf } from '../errors';
import { createFileAtomically, ensureDataDirectory, readJsonFile } from '../files';
import type { Identity } from './identity';
import type { SigningKey } from './signing-key';
import { signToken, type VerifiedToken } from './token';

const OWNER_ONLY = 0o600;
const RECORD = '.json';
const REVOKED = '.revoked';
/** An id is part of a file name, so it can be no path. */
const ID = /^[A-Za-z0-9-]{1,64}$/;

const recordSchema = z.object({
  name: z.string(),
  scopes: z.array(z.string()),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});

/** What is known of a token that was made here; never the token itself. Times are ISO 8601, UTC. */
export interface IssuedToken extends z.output<typeof recordSchema> {
  readonly id: string;
  readonly state: 'good' | 'expired' | 'revoked';
}

/** How long a token is good, and for whom. */
export interface TokenRequest {
  readonly identity: Identity;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/**
 * The tokens of one installation: `<dataDir>/tokens/<id>.json` says that a token was made, `<id>.revoked` that it is good no
 * longer. Each is a file of its own, made at once and never changed, so that several programs can write at the same moment.
 */
export class TokenStore {
  private constructor(private readonly directory: string) {}

  /** @throws {FatalError} when the directory cannot be written. */
  static async open(dataDir: string): Promise<TokenStore> {
    await ensureDataDirectory(dataDir);
    return new TokenStore(await ensureDataDirectory(resolve(dataDir, 'tokens')));
  }

  /** Makes a token and records it. Records of tokens that have expired by then are removed, which bounds their number. */
  async issue(key: SigningKey, { identity, issuedAt, expiresAt }: TokenRequest): Promise<string> {
    await this.removeExpired(issuedAt);
    const id = randomUUID();
    const { name, scopes } = identity;
    const record = { name, scopes, issuedAt: issuedAt.toISOString(), expiresAt: expiresAt.toISOString() };
    await this.write(id, RECORD, record);
    return signToken(key, identity, { issuedAt, expiresAt, id });
  }

  /** Every recorded token, the oldest first. */
  async list(now = new Date()): Promise<IssuedToken[]> {
    const ids = await this.idsOf(RECORD);
    const revoked = await this.revokedIds();
    const tokens = await Promise.all(ids.map((id) => this.read(id, revoked.has(id), now)));
    return tokens.flatMap((token) => token ?? []).sort((a, b) => (a.issuedAt < b.issuedAt ? -1 : 1));
  }

  /** Takes a token out of use, for good. Doing so again changes nothing. */
  async revoke({ id, expiresAt, identity }: VerifiedToken): Promise<void> {
    if (!ID.test(id)) throw new FatalError(`the id of the token cannot be kept: '${id}'`);
    const record = { name: identity.name, scopes: [...identity.scopes], expiresAt: expiresAt.toISOString() };
    await this.write(id, RECORD, { ...record, issuedAt: new Date().toISOString() });
    await this.write(id, REVOKED, {});
  }

  /** Takes a recorded token out of use. @returns whether there is a record of this id. */
  async revokeById(id: string): Promise<boolean> {
    if (!ID.test(id) || !(await this.idsOf(RECORD)).includes(id)) return false;
    await this.write(id, REVOKED, {});
    return true;
  }

  /** The ids of all tokens that are out of use. */
  async revokedIds(): Promise<ReadonlySet<string>> {
    return new Set(await this.idsOf(REVOKED));
  }

  private async read(id: string, isRevoked: boolean, now: Date): Promise<IssuedToken | undefined> {
    const record = await readJsonFile(join(this.directory, id + RECORD), recordSchema);
    if (!record) return undefined;
    const state = isRevoked ? 'revoked' : Date.parse(record.expiresAt) <= now.getTime() ? 'expired' : 'good';
    return { id, ...record, state };
  }

  private async removeExpired(now: Date): Promise<void> {
    for (const { id, expiresAt } of await this.list(now)) {
      if (Date.parse(expiresAt) > now.getTime()) continue;
      // The revocation goes first: a record without it is that of an expired token, which is refused as well.
      for (const suffix of [REVOKED, RECORD]) await rm(join(this.directory, id + suffix), { force: true });
    }
  }

  private async write(id: string, suffix: string, content: unknown): Promise<void> {
    await createFileAtomically(join(this.directory, id + suffix), `${JSON.stringify(content)}\n`, OWNER_ONLY);
  }

  private async idsOf(suffix: string): Promise<string[]> {
    try {
      const names = (await readdir(this.directory)).filter((name) => name.endsWith(suffix));
      return names.map((name) => name.slice(0, -suffix.length)).filter((id) => ID.test(id));
    } catch (error) {
      throw new FatalError(
        `${this.directory} cannot be read (${errorCodeOf(error) ?? messageOf(error)}): it says which tokens are revoked`,
        { cause: error },
      );
    }
  }
}
