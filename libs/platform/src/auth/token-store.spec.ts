import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors';
import { sleep } from '../time';
import { ensureSigningKey, readSigningKey, Revocations, signToken, TokenStore, verifyToken } from '.';

const start = new Date('2030-01-01T00:00:00Z');
const after = (hours: number) => new Date(start.getTime() + hours * 3_600_000);
const ann = { name: 'ann', scopes: ['network.write'] };

describe('the tokens of an installation', () => {
  let dataDir: string;
  let store: TokenStore;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'heddle-tokens-'));
    store = await TokenStore.open(dataDir);
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const issue = async (hours = 1, issuedAt = start) =>
    store.issue(await ensureSigningKey(dataDir), {
      identity: ann,
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + hours * 3_600_000),
    });
  const verified = async (token: string) => verifyToken(await ensureSigningKey(dataDir), token, start);

  it('are listed, the oldest first, each with its state', async () => {
    const first = await verified(await issue(2));
    await issue(1, after(0.5));
    expect(await store.list(start)).toEqual([
      { id: first.id, ...ann, issuedAt: start.toISOString(), expiresAt: after(2).toISOString(), state: 'good' },
      expect.objectContaining({ issuedAt: after(0.5).toISOString(), state: 'good' }),
    ]);
    await store.revokeById(first.id);
    expect((await store.list(after(1.6))).map(({ state }) => state)).toEqual(['revoked', 'expired']);
  });

  it('are recorded without the token itself, for their owner alone', async () => {
    const token = await issue();
    const [name] = readdirSync(join(dataDir, 'tokens'));
    const path = join(dataDir, 'tokens', name ?? '');
    expect(readFileSync(path, 'utf8')).not.toContain(token.split('.')[2]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('are forgotten when they have expired, and the next one is made', async () => {
    await store.revoke(await verified(await issue(1)));
    await issue(1, after(2));
    expect(readdirSync(join(dataDir, 'tokens'))).toHaveLength(1);
  });

  it('can be revoked without a record, and twice', async () => {
    const times = { issuedAt: start, expiresAt: after(1), id: 'made-elsewhere' };
    const token = await verified(await signToken(await ensureSigningKey(dataDir), ann, times));
    await store.revoke(token);
    await store.revoke(token);
    expect([...(await store.revokedIds())]).toEqual(['made-elsewhere']);
    expect(await store.list(start)).toMatchObject([{ id: 'made-elsewhere', state: 'revoked' }]);
  });

  it.each(['unknown', '../signing', '', 'a/b'])('are not revoked by the id %j', async (id) => {
    expect(await store.revokeById(id)).toBe(false);
    expect((await store.revokedIds()).size).toBe(0);
  });

  it('are all revoked when several are at the same moment', async () => {
    const tokens = await Promise.all(Array.from({ length: 10 }, () => issue().then(verified)));
    await Promise.all(tokens.map((token) => store.revoke(token)));
    expect((await store.revokedIds()).size).toBe(10);
  });

  it('are refused within a second after somebody else revoked them', async () => {
    const { id } = await verified(await issue());
    const revocations = new Revocations(store);
    expect(await revocations.includes(id)).toBe(false);
    await (await TokenStore.open(dataDir)).revokeById(id);
    await sleep(300);
    expect(await revocations.includes(id)).toBe(true);
  });

  it('are nobody’s when nobody can say which are revoked', async () => {
    rmSync(join(dataDir, 'tokens'), { recursive: true });
    await expect(new Revocations(store).includes('x')).rejects.toThrow('it says which tokens are revoked');
  });

  it('are looked up once for all who ask at the same moment', async () => {
    let looks = 0;
    const revocations = new Revocations({
      revokedIds: () => {
        looks++;
        return Promise.resolve(new Set(['x']));
      },
    });
    expect(await Promise.all([revocations.includes('x'), revocations.includes('y')])).toEqual([true, false]);
    await revocations.includes('y');
    expect(looks).toBe(1);
  });

  it('cannot be signed where no control plane has been', () =>
    expect(readSigningKey(join(dataDir, 'elsewhere'))).rejects.toBeInstanceOf(UserError));
});
