import { TestCloudFoundry } from '../support/cloud-foundry';
import type { TestControlPlane } from '../support/control-plane';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

const SEEN_BY_AUDITORS = [
  ...['policies', 'tags', 'leases', 'leases/history', 'security-groups', 'security-groups/problems'],
  ...['reachability/pairs', 'reachability/diff?since=1'],
  ...[
    'changes',
    'changes/1',
    'changes/1/enforcement',
    'changes/1/exposure',
    'refused',
    'trail',
    'trail?refused=true&format=csv',
    'cells',
    'drift',
  ],
  ...['audit', 'audit/keys', 'audit/bundle'],
].map((path) => `/api/v1/${path}`);

describe('who may look back', () => {
  let cloud: TestCloudFoundry;
  let plane: TestControlPlane;
  const tokens = {} as Record<'admin' | 'auditor' | 'dev' | 'stranger' | 'nobody', string>;

  beforeAll(async () => {
    cloud = await TestCloudFoundry.start();
    cloud.cloudController.addApps('space-a', 'web', 'db');
    cloud.cloudController.addApps('space-b', 'foreign');
    cloud.cloudController.addRole('dev-id', 'space-a');
    tokens.admin = await cloud.token({ user: 'admin', scopes: ['network.admin'] });
    tokens.auditor = await cloud.token({ user: 'auditor', scopes: ['audit.read'] });
    for (const user of ['dev', 'stranger'] as const)
      tokens[user] = await cloud.token({ user, scopes: ['network.write'] });
    tokens.nobody = await cloud.token({ user: 'nobody', scopes: ['openid'] });
    plane = await cloud.startControlPlane();
    const body = policiesBody(wirePolicy('web', 'db', 1), wirePolicy('web', 'foreign', 2));
    expect((await plane.request('POST', POLICIES, { body, token: tokens.admin })).status).toBe(200);
  }, 60_000);
  afterAll(() => cloud?.stop(), 30_000);

  const get = (path: string, who: keyof typeof tokens) => plane.request('GET', path, { token: tokens[who] });
  const ports = async (who: keyof typeof tokens) => {
    const { body } = await get('/api/v1/policies?at=1', who);
    return (JSON.parse(body) as { policies: { start: number }[] }).policies.map(({ start }) => start);
  };

  it.each(SEEN_BY_AUDITORS)('auditors see %s', async (path) => {
    expect((await get(path, 'auditor')).status).toBe(200);
    expect((await get(path, 'nobody')).status).toBe(403);
  });

  it('auditors change nothing', async () => {
    const body = policiesBody(wirePolicy('web', 'db', 3));
    const put = { name: 'g', rules: [] };
    const { auditor: token } = tokens;
    expect((await plane.request('POST', POLICIES, { body, token })).status).toBe(403);
    expect((await plane.request('POST', `${POLICIES}/delete`, { body, token })).status).toBe(403);
    expect((await plane.request('POST', '/api/v1/leases/fence', { body: { cell: 'c' }, token })).status).toBe(403);
    expect((await plane.request('PUT', '/api/v1/security-groups/g', { body: put, token })).status).toBe(403);
    expect((await plane.request('DELETE', '/api/v1/security-groups/g', { token })).status).toBe(403);
    for (const path of ['audit/checkpoints', 'audit/acknowledge', 'audit/rebuild', 'state/rebuild'])
      expect((await plane.request('POST', `/api/v1/${path}`, { body: '{}', token })).status).toBe(403);
  });

  it('developers look at what is reached between apps of their spaces, and past nobody else’s', async () => {
    const reach = async (query: string, who: keyof typeof tokens) => {
      const { status, body } = await get(`/api/v1/reachability${query}`, who);
      return { status, ...(JSON.parse(body) as { edges?: { destination: string }[]; hops?: { app: string }[][] }) };
    };
    expect((await reach('?from=web&to=db', 'dev')).status).toBe(200);
    expect((await reach('?from=web&to=foreign', 'dev')).status).toBe(403);
    expect((await reach('?from=web&to=foreign', 'auditor')).status).toBe(200);
    expect((await reach('?from=web&to=db', 'nobody')).status).toBe(403);
    expect((await reach('/hops?from=foreign', 'dev')).status).toBe(403);
    const destinations = async (who: keyof typeof tokens) =>
      (await reach('/pairs', who)).edges?.map(({ destination }) => destination).sort();
    expect(await Promise.all([destinations('auditor'), destinations('dev')])).toEqual([['db', 'foreign'], ['db']]);
    expect((await reach('/hops?from=web', 'dev')).hops).toMatchObject([[{ app: 'db' }]]);
    expect((await reach('/hops?from=web', 'auditor')).hops?.flat()).toHaveLength(2);
  });

  it('developers see the policies between apps of their spaces', async () =>
    expect([await ports('admin'), await ports('auditor'), await ports('dev'), await ports('stranger')]).toEqual([
      [1, 2],
      [1, 2],
      [1],
      [],
    ]));
});
