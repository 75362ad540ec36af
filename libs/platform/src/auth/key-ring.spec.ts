import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FatalError } from '../errors';
import { ensureKeyRing } from './key-ring';

describe('a ring of keys', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'heddle-ring-'));
    path = join(directory, 'below', 'audit.key');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is made at the first call, for its owner alone, and is the same at the next', async () => {
    const [one, other] = await Promise.all([ensureKeyRing(path), ensureKeyRing(path)]);
    expect(one.id).toBe(other.id);
    expect(one.id).toMatch(/^[0-9a-f]{16}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('signs with its first key, and still believes the others', async () => {
    const old = await ensureKeyRing(path);
    const signature = old.sign('said');
    const { privateKey } = generateKeyPairSync('ed25519');
    const fresh = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    writeFileSync(path, fresh + (old.keys.all[0]?.pem ?? ''));
    const ring = await ensureKeyRing(path);
    expect(ring.id).not.toBe(old.id);
    expect(ring.keys.all.map(({ id }) => id)).toEqual([ring.id, old.id]);
    expect(ring.keys.isSignedBy(old.id, 'said', signature)).toBe(true);
    expect(ring.keys.isSignedBy(old.id, 'said otherwise', signature)).toBe(false);
    expect(ring.keys.isSignedBy(ring.id, 'said', signature)).toBe(false);
    expect(old.keys.isSignedBy(ring.id, 'said', ring.sign('said'))).toBe(false);
  });

  it.each([
    ['nothing', () => '', 'holds no key in PEM'],
    ['a public key first', (pem: string) => pem, 'does not begin with a private key'],
    ['a broken block', (pem: string) => pem.replace(/MC/, 'XX'), 'holds something else than Ed25519 keys'],
  ])('with %s is refused by its path, and left as it is', async (_, content, words) => {
    const { keys } = await ensureKeyRing(path);
    const text = content(keys.all[0]?.pem ?? '');
    writeFileSync(path, text);
    await expect(ensureKeyRing(path)).rejects.toThrow(FatalError);
    await expect(ensureKeyRing(path)).rejects.toThrow(`${path} ${words}`);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
