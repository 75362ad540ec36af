import { until } from '@heddle/testing';
import { CertificateAuthority } from '../support/certificates';
import { TestCloudFoundry } from '../support/cloud-foundry';
import type { TestControlPlane } from '../support/control-plane';
import { InternalClient } from '../support/internal-client';
import { internalSettings } from '../support/internal-server';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

const LINES = expect.stringMatching(/^application\/x-ndjson/) as string;

interface RefusedPage {
  readonly refused: { seq: number; code: string; actor: { name: string } }[];
  readonly next: number | null;
}

describe('attempts that are refused', () => {
  let cloud: TestCloudFoundry;
  let authority: CertificateAuthority;
  let one: TestControlPlane;
  let two: TestControlPlane;
  const tokens = {} as Record<'admin' | 'dev' | 'stranger' | 'reader', string>;

  beforeAll(async () => {
    cloud = await TestCloudFoundry.start();
    cloud.cloudController.addApps('space-a', 'web', 'db');
    cloud.cloudController.addRole('dev-id', 'space-a');
    for (const user of ['dev', 'stranger'] as const)
      tokens[user] = await cloud.token({ user, scopes: ['network.write'] });
    tokens.admin = await cloud.token({ user: 'admin', scopes: ['network.admin'] });
    tokens.reader = await cloud.token({ client: 'reader', scopes: ['cloud_controller.read'] });
    authority = await CertificateAuthority.create();
    one = await cloud.startControlPlane({
      ...{ HEDDLE_MAX_POLICIES_PER_APP_SOURCE: '1', HEDDLE_TRUSTED_PROXIES: '127.0.0.1' },
      ...(await internalSettings(authority)),
      HEDDLE_INTERNAL_ALLOWED_SUBJECTS: 'vxlan-policy-agent',
    });
    two = await cloud.startControlPlane();
  }, 60_000);
  afterAll(async () => {
    await cloud?.stop();
    await authority?.remove();
  }, 30_000);

  const list = async (query = '', plane = one) => {
    const { status, body } = await plane.request('GET', `/api/v1/refused${query}`, { token: tokens.admin });
    expect(status).toBe(200);
    return JSON.parse(body) as RefusedPage;
  };
  const newest = async (code: string) => {
    await until(async () => (await list('?limit=1')).refused[0]?.code === code);
    return (await list('?limit=1')).refused[0];
  };

  it('are told with who, from where, why, what and the answer: a scope that is missing', async () => {
    const headers = {
      ...{ 'x-vcap-request-id': 'r-1', 'x-forwarded-for': '203.0.113.9', 'x-heddle-reason': 'a look' },
    };
    const { status } = await one.request('GET', `${POLICIES}?id=web`, { token: tokens.reader, headers });
    expect(status).toBe(403);
    expect(await newest('forbidden')).toEqual({
      seq: 1,
      time: expect.stringMatching(/^20.*Z$/) as string,
      actor: { name: 'reader', clientId: 'reader' },
      ...{ address: '203.0.113.9', reason: 'a look', correlationId: 'r-1' },
      asked: { method: 'GET', path: `${POLICIES}?id=web` },
      status: 403,
      code: 'forbidden',
      message: 'provided scopes [cloud_controller.read] do not include allowed scopes [network.admin network.write]',
    });
  });

  it('are told: apps of others, with the policies named', async () => {
    const body = policiesBody(wirePolicy('web', 'db'), wirePolicy('web', 'api'));
    expect((await two.request('POST', DELETE, { token: tokens.stranger, body })).status).toBe(403);
    expect(await newest('apps-not-accessible')).toMatchObject({
      actor: { name: 'stranger', userId: 'stranger-id', clientId: 'cf' },
      asked: {
        ...{ method: 'POST', path: DELETE, command: 'remove-policies', policies: 2 },
        named: [{ source: 'web', destination: 'db', protocol: 'tcp', start: 8080, end: 8080 }, { destination: 'api' }],
      },
      message: 'one or more applications cannot be found or accessed',
    });
  });

  it('are told: more policies than the quota allows', async () => {
    const body = policiesBody(wirePolicy('web', 'db', 1), wirePolicy('web', 'db', 2));
    expect((await one.request('POST', POLICIES, { token: tokens.dev, body })).status).toBe(403);
    expect(await newest('quota-exceeded')).toMatchObject({
      ...{ actor: { name: 'dev' }, asked: { command: 'add-policies', policies: 2 }, message: 'policy quota exceeded' },
    });
  });

  it('are told: the native API without its scope', async () => {
    expect((await one.request('GET', '/api/v1/refused', { token: tokens.dev })).status).toBe(403);
    expect(await newest('forbidden')).toMatchObject({ actor: { name: 'dev' }, asked: { path: '/api/v1/refused' } });
  });

  it('are told: a certificate that is not allowed at the internal API', async () => {
    const client = new InternalClient(one.internalUrl, authority.cert, await authority.issue('somebody'));
    expect((await client.ask('GET', '/networking/v1/internal/policies')).status).toBe(403);
    client.close();
    expect(await newest('certificate-not-allowed')).toMatchObject({
      ...{ actor: { name: 'somebody' }, address: '127.0.0.1', asked: { path: '/networking/v1/internal/policies' } },
    });
  });

  it('are not kept of those without a good token, so that nobody can fill the list from outside', async () => {
    const before = await list();
    expect((await one.request('POST', POLICIES, { token: 'no token' })).status).toBe(401);
    expect((await one.request('POST', POLICIES, { token: null })).status).toBe(401);
    await one.request('GET', POLICIES, { token: tokens.reader });
    await until(async () => (await list()).refused.length > before.refused.length);
    expect((await list()).refused.length).toBe(before.refused.length + 1);
  });

  it('are the same from every control plane, page by page, and narrowed by app, actor and time', async () => {
    const all = await list();
    expect(await list('', two)).toEqual(all);
    const codes = ({ refused }: RefusedPage) => refused.map(({ code }) => code);
    const first = await list('?limit=2');
    expect(codes(first)).toEqual(codes(all).slice(0, 2));
    expect(codes(await list(`?before=${first.next}`))).toEqual(codes(all).slice(2));
    expect(codes(await list('?app=api'))).toEqual(['apps-not-accessible']);
    expect(codes(await list('?actor=dev'))).toEqual(['forbidden', 'quota-exceeded']);
    expect(await list('?until=2020-01-01T00:00:00Z')).toEqual({ refused: [], next: null });
    for (const query of [
      '?since=yesterday',
      '?limit=0',
      '?who=dev',
      '?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z',
    ])
      expect((await one.request('GET', `/api/v1/refused${query}`, { token: tokens.admin })).status).toBe(400);
  });

  it('stand among the changes where both are asked for, the newest first, as JSON lines and as CSV', async () => {
    const create = (reason: string, ...ports: number[]) =>
      one.request('POST', POLICIES, {
        ...{ token: tokens.admin, headers: { 'x-heddle-reason': reason } },
        body: policiesBody(...ports.map((port) => wirePolicy('web', 'db', port))),
      });
    const trail = async (query: string) => {
      const { status, headers, body } = await one.request('GET', `/api/v1/trail${query}`, { token: tokens.admin });
      return { status, type: headers['content-type'], lines: body.trim().split(/\r?\n/) };
    };
    const kinds = ({ lines }: { lines: string[] }) =>
      lines.map((line) => (JSON.parse(line) as { kind: string; seq: number; code?: string }).kind).join(' ');

    const { refused: before } = await list();
    expect((await create('first', 1, 2)).status).toBe(200);
    await one.request('GET', '/api/v1/refused', { token: tokens.dev });
    await until(async () => (await list()).refused.length > before.length);
    expect((await create('=1+1', 3)).status).toBe(200);

    expect(kinds(await trail(''))).toBe('change change');
    expect(kinds(await trail('?refused=true'))).toBe(`change refused change${' refused'.repeat(before.length)}`);
    expect(kinds(await trail('?refused=true&limit=2'))).toBe('change refused');
    expect(kinds(await trail('?refused=true&reason=FIRST'))).toBe('change');
    expect(kinds(await trail('?refused=true&actor=stranger'))).toBe('refused');
    expect(kinds(await trail('?refused=true&app=api'))).toBe('refused');
    expect(await trail('?until=2020-01-01T00:00:00Z')).toEqual({ status: 200, type: LINES, lines: [''] });

    const csv = await trail('?refused=true&format=csv&limit=3');
    expect(csv).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/csv; charset=utf-8/) as string });
    expect(
      csv.lines.map((line) =>
        line
          .split(',')
          .filter((_, i) => i === 0 || i > 7)
          .join(),
      ),
    ).toEqual([
      'kind,reason,what,message,effect,source,destination,protocol,start,end,data',
      "change,'=1+1,policies-changed.v1,,added,web,db,tcp,3,3,",
      expect.stringMatching(/^refused,,GET \/api\/v1\/refused,/) as string,
      'change,first,policies-changed.v1,,added,web,db,tcp,1,1,',
      'change,first,policies-changed.v1,,added,web,db,tcp,2,2,',
    ]);
    for (const query of ['?format=xml', '?limit=0', '?refused=yes', '?refused=true&type=policies-changed'])
      expect((await trail(query)).status).toBe(400);
  });

  it('are answered all the same while the nats-server is away, and told once it is back', async () => {
    const before = (await list()).refused.length;
    await cloud.nats.kill();
    for (let n = 0; n < 3; n++)
      expect((await one.request('POST', POLICIES, { token: tokens.reader, body: {} })).status).toBe(403);
    await cloud.nats.restart();
    await until(async () => {
      const { status, body } = await one.request('GET', '/api/v1/refused', { token: tokens.admin });
      return status === 200 && (JSON.parse(body) as RefusedPage).refused.length === before + 3;
    });
    expect((await one.request('GET', '/metrics')).body).toMatch(
      /heddle_refused_attempts_total\{[^}]*outcome="kept"[^}]*\} \d+/,
    );
  }, 30_000);

  it('outlive the control plane', async () => {
    const before = await list();
    await one.stop({ keepData: true });
    const three = await cloud.startControlPlane();
    expect(await list('', three)).toEqual(before);
  }, 30_000);
});
