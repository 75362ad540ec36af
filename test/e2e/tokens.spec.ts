import { until } from '@heddle/testing';
import { run } from '../../apps/cli/src/run';
import { TestControlPlane } from '../support/control-plane';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

/** How soon a revocation has to count. */
const REFUSED_WITHIN_MS = 1_000;

describe('tokens without a UAA', () => {
  let server: TestControlPlane;
  beforeAll(async () => {
    server = await TestControlPlane.alone();
  }, 60_000);
  afterAll(() => server?.stop());

  /** What the command line prints. */
  async function heddle(...argv: string[]): Promise<string> {
    let printed = '';
    const stdout = { write: (text: string) => (printed += text) };
    const env = { HEDDLE_DATA_DIR: server.dataDir };
    const { signal } = new AbortController();
    expect(await run(argv, { stdout, stderr: process.stderr, env, signal, now: () => new Date() })).toBe(0);
    return printed.trim();
  }
  const create = (scope: string) => heddle('token', 'create', '--scope', scope, '--user', 'ann', '--expires', '1h');
  const statusFor = async (token: string) => (await server.request('GET', POLICIES, { token })).status;

  it.each([
    ['itself', (token: string) => Promise.resolve(token)],
    ['its id', async () => /^(\S+) +ann .* good$/m.exec(await heddle('token', 'list'))?.[1] ?? ''],
  ])('one that is revoked by %s is refused within a second, and the others are not', async (_, choose) => {
    const token = await create('network.admin');
    expect(await statusFor(token)).toBe(200);
    await heddle('token', 'revoke', await choose(token));
    await until(async () => (await statusFor(token)) === 401, { withinMs: REFUSED_WITHIN_MS });
    expect(await statusFor(server.token)).toBe(200);
  });

  it('bear the name they were made for', async () => {
    const token = await create('network.admin');
    await server.request('POST', POLICIES, { token, body: policiesBody(wirePolicy('web', 'db')) });
    const { changes } = await server.get<{ changes: { actor: { name: string } }[] }>('/api/v1/changes?limit=1');
    expect(changes[0]?.actor.name).toBe('ann');
  });

  it('without network.admin change and show nothing: nobody can say whose apps are whose', async () => {
    const token = await create('network.write');
    const body = policiesBody(wirePolicy('web', 'db', 9));
    expect(await server.request('POST', POLICIES, { token, body })).toMatchObject({
      status: 403,
      body: '{"error": "one or more applications cannot be found or accessed"}',
    });
    expect((await server.request('GET', POLICIES, { token })).body).toBe('{"total_policies":0,"policies":[]}');
  });

  it('do not make a cleanup possible', async () =>
    expect(await server.request('POST', `${POLICIES}/cleanup`)).toMatchObject({
      status: 500,
      body: '{"error": "policies cleanup failed"}',
    }));
});
