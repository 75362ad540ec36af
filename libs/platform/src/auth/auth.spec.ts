import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, UnsecuredJWT } from 'jose';
import { FatalError } from '../errors';
import {
  adminTokenPath,
  ensureAdminToken,
  ensureSigningKey,
  Forbidden,
  requireScope,
  signToken,
  TokenStore,
  Unauthenticated,
  verifyToken,
} from '.';

const DAY_MS = 86_400_000;
const start = new Date('2030-01-01T00:00:00Z');
const after = (days: number) => new Date(start.getTime() + days * DAY_MS);

describe('tokens', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'heddle-auth-')), 'data');
  });
  afterEach(() => rmSync(join(dataDir, '..'), { recursive: true }));

  const modeOf = (path: string) => statSync(path).mode & 0o777;

  describe('the signing key', () => {
    it('is made once, for its owner alone', async () => {
      const first = await ensureSigningKey(dataDir);
      const second = await ensureSigningKey(dataDir);
      expect(second.publicKey.equals(first.publicKey)).toBe(true);
      expect(modeOf(join(dataDir, 'signing.key'))).toBe(0o600);
    });

    it('is the same for all who start at the same moment', async () => {
      const keys = await Promise.all(Array.from({ length: 10 }, () => ensureSigningKey(dataDir)));
      expect(keys.every(({ publicKey }) => publicKey.equals(keys[0]!.publicKey))).toBe(true);
    });

    it.each(['', 'not a key', '-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n'])(
      'is not replaced when the file holds %j',
      async (content) => {
        await ensureSigningKey(dataDir);
        writeFileSync(join(dataDir, 'signing.key'), content);
        await expect(ensureSigningKey(dataDir)).rejects.toBeInstanceOf(FatalError);
        expect(readFileSync(join(dataDir, 'signing.key'), 'utf8')).toBe(content);
      },
    );
  });

  describe('the admin token', () => {
    it('is good for network.admin, for 365 days', async () => {
      const token = await ensureAdminToken(dataDir, start);
      const key = await ensureSigningKey(dataDir);
      await expect(verifyToken(key, token, start)).resolves.toEqual({
        identity: { name: 'admin', userId: undefined, clientId: undefined, scopes: ['network.admin'] },
        expiresAt: after(365),
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      await expect(verifyToken(key, token, after(366))).rejects.toThrow('the token has expired');
    });

    it('lies in a file of one line for its owner alone', async () => {
      const token = await ensureAdminToken(dataDir, start);
      expect(readFileSync(adminTokenPath(dataDir), 'utf8')).toBe(`${token}\n`);
      expect(modeOf(adminTokenPath(dataDir))).toBe(0o600);
    });

    it('stays while it has 30 days left, and is renewed after that', async () => {
      const token = await ensureAdminToken(dataDir, start);
      await expect(ensureAdminToken(dataDir, after(335))).resolves.toBe(token);
      const renewed = await ensureAdminToken(dataDir, after(335.1));
      expect(renewed).not.toBe(token);
      expect(readFileSync(adminTokenPath(dataDir), 'utf8')).toBe(`${renewed}\n`);
    });

    it('is made anew when the key is another one', async () => {
      const token = await ensureAdminToken(dataDir, start);
      rmSync(join(dataDir, 'signing.key'));
      const renewed = await ensureAdminToken(dataDir, start);
      expect(renewed).not.toBe(token);
      await expect(verifyToken(await ensureSigningKey(dataDir), renewed, start)).resolves.toBeDefined();
    });

    it('is made anew, in a private file, when others could have read it', async () => {
      await ensureAdminToken(dataDir, start);
      chmodSync(adminTokenPath(dataDir), 0o644);
      await ensureAdminToken(dataDir, after(1));
      expect(modeOf(adminTokenPath(dataDir))).toBe(0o600);
    });

    it('is made anew when it was revoked', async () => {
      const token = await ensureAdminToken(dataDir, start);
      const key = await ensureSigningKey(dataDir);
      await (await TokenStore.open(dataDir)).revoke(await verifyToken(key, token, start));
      expect(await ensureAdminToken(dataDir, start)).not.toBe(token);
    });

    it('cannot be made where nothing can be written', async () => {
      writeFileSync(dataDir, 'a file in the way');
      await expect(ensureAdminToken(dataDir)).rejects.toBeInstanceOf(FatalError);
    });
  });

  describe('of others', () => {
    it('carry who they are', async () => {
      const key = await ensureSigningKey(dataDir);
      const identity = { name: 'ann', userId: 'u-1', clientId: 'cli', scopes: ['network.write', 'openid'] };
      const token = await signToken(key, identity, { issuedAt: start, expiresAt: after(1) });
      expect((await verifyToken(key, token, start)).identity).toEqual(identity);
    });

    it('are refused when they are signed with another key, by another issuer, not at all, changed, or lack a claim', async () => {
      const key = await ensureSigningKey(dataDir);
      const other = await ensureSigningKey(join(dataDir, 'other'));
      const identity = { name: 'ann', scopes: ['network.admin'] };
      const times = { issuedAt: start, expiresAt: after(1) };
      const claims = { user_name: 'ann', scope: ['network.admin'] };
      const jwt = (content: Record<string, unknown>) => new SignJWT(content).setProtectedHeader({ alg: 'EdDSA' });
      const good = await signToken(key, identity, times);
      const [header, , signature] = good.split('.');
      const payload = Buffer.from(JSON.stringify({ ...claims, iss: 'heddle', exp: 2e9 })).toString('base64url');
      const refused = [
        await signToken(other, identity, times),
        await jwt(claims).setJti('1').setIssuer('other').setExpirationTime(after(1)).sign(key.privateKey),
        await jwt(claims).setJti('1').setIssuer('heddle').sign(key.privateKey),
        await jwt(claims).setIssuer('heddle').setExpirationTime(after(1)).sign(key.privateKey),
        await jwt({ user_name: 'ann' })
          .setJti('1')
          .setIssuer('heddle')
          .setExpirationTime(after(1))
          .sign(key.privateKey),
        new UnsecuredJWT(claims).setIssuer('heddle').setExpirationTime(after(1)).encode(),
        `${header}.${payload}.${signature}`,
        'not a token',
        '',
      ];
      await expect(verifyToken(key, good, start)).resolves.toBeDefined();
      for (const token of refused) await expect(verifyToken(key, token, start)).rejects.toBeInstanceOf(Unauthenticated);
    });
  });

  describe('scopes', () => {
    const ann = { name: 'ann', scopes: ['a', 'b'] };

    it('allow with any one of those asked for', () => expect(() => requireScope(ann, ['x', 'b'])).not.toThrow());

    it("forbid in the policy server's words", () => {
      expect(() => requireScope(ann, ['network.admin', 'network.write'])).toThrow(Forbidden);
      expect(() => requireScope(ann, ['network.admin', 'network.write'])).toThrow(
        'provided scopes [a b] do not include allowed scopes [network.admin network.write]',
      );
    });
  });
});
