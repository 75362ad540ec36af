import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ensureSigningKey, verifyToken } from '@heddle/platform';
import { run } from '../run';
import { capturedIo } from '../testing/captured-io';

const NOW = new Date('2026-11-22T10:00:00Z');

describe('heddle token', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'heddle-cli-'));
    await ensureSigningKey(dataDir);
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  async function heddle(...argv: string[]) {
    const io = capturedIo({ HEDDLE_DATA_DIR: dataDir });
    const exitCode = await run(['token', ...argv], io);
    return { exitCode, out: io.out(), err: io.err() };
  }
  const create = async (...argv: string[]) => (await heddle('create', ...argv)).out.trim();
  const verified = async (token: string) => verifyToken(await ensureSigningKey(dataDir), token, NOW);

  it('create prints the token and nothing else', async () => {
    const { exitCode, out, err } = await heddle(
      ...['create', '--scope', 'network.write', 'openid', '--scope', 'openid', '--user', 'ann', '--expires', '12h'],
    );
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(/^[\w.-]+\n$/);
    expect(await verified(out.trim())).toMatchObject({
      identity: { name: 'ann', scopes: ['network.write', 'openid'] },
      expiresAt: new Date('2026-11-22T22:00:00Z'),
    });
  });

  it('create takes the name of who runs it', async () => {
    const token = await create('--scope', 'network.admin', '--expires', '1h');
    expect((await verified(token)).identity.name).toBe(userInfo().username);
  });

  it('list shows what was made and what became of it', async () => {
    await create('--scope', 'network.admin', '--user', 'ann', '--expires', '2d');
    const { id } = await verified(await create('--scope', 'a', 'b', '--user', 'bob', '--expires', '1h'));
    await heddle('revoke', id);
    const { out } = await heddle('list');
    expect(out).toMatch(/^ID +USER +SCOPES +EXPIRES +STATE\n/);
    expect(out).toMatch(/ann +network\.admin +2026-11-24 10:00:00 \+00:00 +good\n/);
    expect(out).toMatch(new RegExp(`${id} +bob +a +2026-11-22 11:00:00 \\+00:00 +revoked\n +b\n`));
    const { tokens } = JSON.parse((await heddle('list', '--output', 'json')).out) as { tokens: object[] };
    expect(tokens).toHaveLength(2);
    expect(Object.keys(tokens[0]!).sort()).toEqual(['expiresAt', 'id', 'issuedAt', 'name', 'scopes', 'state']);
  });

  it('list says when there are none', async () => expect((await heddle('list')).out).toBe('no tokens\n'));

  it.each<[string, (token: string, id: string) => string]>([
    ['itself', (token) => token],
    ['its id', (_, id) => id],
  ])('revoke takes %s, and takes it twice', async (_, choose) => {
    const token = await create('--scope', 'network.admin', '--expires', '1h');
    const { id } = await verified(token);
    for (const times of ['once', 'twice']) {
      const done = { exitCode: 0, out: `${id} is revoked\n`, err: '' };
      expect([times, await heddle('revoke', choose(token, id))]).toEqual([times, done]);
    }
    expect(readdirSync(join(dataDir, 'tokens'))).toContain(`${id}.revoked`);
  });

  it.each([
    [['revoke', 'nobody'], "there is no token with the id 'nobody': see heddle token list\n"],
    [['revoke', 'a.b.c'], expect.stringMatching(/^this token is refused already: the token is not valid \(.*\)\n$/)],
    [['create', '--expires', '1h'], expect.stringMatching(/^required option '--scope <scope...>' not specified\n/)],
    [['create', '--scope', 'a'], expect.stringMatching(/^required option '--expires <duration>' not specified\n/)],
    [['create', '--scope', 'a b', '--expires', '1h'], "--scope is 'a b', but must be a scope such as network.write\n"],
    [
      ['create', '--scope', 'a', '--user', ' ', '--expires', '1h'],
      "--user is ' ', but must be a name of 1 to 100 characters\n",
    ],
  ])('%j is refused', async (argv, err) =>
    expect(await heddle(...(argv as string[]))).toEqual({ exitCode: 2, out: '', err }),
  );

  it.each([[['create', '--scope', 'a', '--expires', '1h']], [['list']], [['revoke', 'x']]])(
    '%j wants the data directory of a control plane, and makes none',
    async (argv) => {
      rmSync(join(dataDir, 'signing.key'));
      expect(await heddle(...argv)).toEqual({
        exitCode: 2,
        out: '',
        err: `there is no signing key at ${dataDir}/signing.key: name the data directory of the control plane in HEDDLE_DATA_DIR\n`,
      });
      expect(readdirSync(dataDir)).toEqual([]);
    },
  );
});
