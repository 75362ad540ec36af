import { readFile } from 'node:fs/promises';
import { signToken, ensureSigningKey } from '@heddle/platform';
import { describeOnEachDatabase } from '@heddle/testing';
import { TestControlPlane, type Answer } from '../support/control-plane';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

interface ChangeList {
  readonly changes: {
    seq: number;
    reason?: string;
    actor: { name: string };
    correlationId: string;
    data: unknown;
    hash: string;
    previousHash: string;
  }[];
  readonly next: number | null;
}

describeOnEachDatabase('the policy API', (databases) => {
  let server: TestControlPlane;

  beforeAll(async () => {
    server = await TestControlPlane.alone(databases, {
      HEDDLE_TRUSTED_PROXIES: '10.0.16.0/24,127.0.0.1',
    });
  }, 60_000);
  afterAll(() => server?.stop());
  afterEach(async () => {
    const { policies } = await list();
    if (policies.length > 0) await server.request('POST', DELETE, { body: { policies } });
  });

  const list = (query = '') => server.get<{ total_policies: number; policies: unknown[] }>(POLICIES + query);
  const create = (...policies: unknown[]) => server.request('POST', POLICIES, { body: policiesBody(...policies) });
  const remove = (...policies: unknown[]) => server.request('POST', DELETE, { body: policiesBody(...policies) });
  const logEnd = async () => (await server.get<{ position: number }>('/healthz')).position;
  const error = ({ status, body }: Answer) => [status, (JSON.parse(body) as { error: string }).error];

  it('creates, lists and deletes', async () => {
    expect(await create(wirePolicy('web', 'db'))).toMatchObject({ status: 200, body: '{}' });
    const answer = await server.request('GET', POLICIES);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toBe(
      '{"total_policies":1,"policies":[{"source":{"id":"web"},"destination":{"id":"db","protocol":"tcp","ports":{"start":8080,"end":8080}}}]}',
    );
    expect(await remove(wirePolicy('web', 'db'))).toMatchObject({ status: 200, body: '{}' });
    expect((await server.request('GET', POLICIES)).body).toBe('{"total_policies":0,"policies":[]}');
  });

  it('takes back what it lists', async () => {
    await create(wirePolicy('web', 'db'), wirePolicy('<&>', 'ünï"', 1, 65535, 'udp'));
    const { body } = await server.request('GET', POLICIES);
    expect((await server.request('POST', DELETE, { body })).status).toBe(200);
    expect((await list()).total_policies).toBe(0);
    expect((await server.request('POST', POLICIES, { body })).status).toBe(200);
    expect((await server.request('GET', POLICIES)).body).toBe(body);
  });

  it('makes no second policy of one that exists, and tells the log that it was asked', async () => {
    await create(wirePolicy('web', 'db'));
    const end = await logEnd();
    expect((await create(wirePolicy('web', 'db'), wirePolicy('web', 'db'))).status).toBe(200);
    expect((await list()).total_policies).toBe(1);
    expect((await remove(wirePolicy('web', 'db', 8080, 8081))).status).toBe(200);
    expect((await list()).total_policies).toBe(1);
    const { changes } = await server.get<ChangeList>(`/api/v1/changes?limit=2`);
    expect(changes).toMatchObject([
      { seq: end + 2, type: 'policies-confirmed.v1', data: { command: 'remove-policies', unchanged: [{ end: 8081 }] } },
      { seq: end + 1, type: 'policies-confirmed.v1', data: { command: 'add-policies', policies: 2 } },
    ]);
  });

  it('tells what was asked beside what it did', async () => {
    await create(wirePolicy('web', 'db'));
    await create(wirePolicy('api', 'db'), wirePolicy('web', 'db'), wirePolicy('web', 'db'));
    const { changes } = await server.get<ChangeList>(`/api/v1/changes?limit=1`);
    expect(changes[0]?.data).toMatchObject({
      added: [{ source: 'api' }],
      asked: { policies: 3, unchanged: [{ source: 'web', destination: 'db' }] },
    });
  });

  it.each([
    ['the connection', undefined, '127.0.0.1'],
    ['whom the proxies name', '203.0.113.9, 10.0.16.4', '203.0.113.9'],
    ['the last one in front of the proxies, whatever the client claims', '10.9.9.9, 203.0.113.9', '203.0.113.9'],
    ['the proxy, when it names nobody', 'unknown', '127.0.0.1'],
  ])('records from where a change was asked: %s', async (_, forwarded, address) => {
    const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    await server.request('POST', POLICIES, { body: policiesBody(wirePolicy('web', 'db')), headers });
    expect((await server.get<ChangeList>('/api/v1/changes?limit=1')).changes[0]).toMatchObject({ address });
  });

  it('filters', async () => {
    await create(wirePolicy('a', 'b'), wirePolicy('b', 'c'), wirePolicy('c', 'a'));
    const total = async (query: string) => (await list(query)).total_policies;
    expect(await total('?id=a')).toBe(2);
    expect(await total('?id=a,b')).toBe(3);
    expect(await total('?source_id=a')).toBe(1);
    expect(await total('?source_id=a,b&dest_id=c')).toBe(1);
    expect(await total('?id=')).toBe(0);
    expect(await total('?id=A')).toBe(0);
    expect(await total('?other=a')).toBe(3);
  });

  it('a read sees the write before it', async () => {
    for (let port = 1; port <= 30; port++) {
      await create(wirePolicy('web', 'db', port));
      expect((await list()).total_policies).toBe(port);
    }
  });

  it.each([
    ['not json', /^mapper: unmarshal json: /],
    ['{', 'mapper: unmarshal json: unexpected end of JSON input'],
    ['', 'mapper: unmarshal json: unexpected end of JSON input'],
    [policiesBody(), 'mapper: validate policies: missing policies'],
    [policiesBody(wirePolicy('', 'db')), 'mapper: validate policies: missing source id'],
    [policiesBody(wirePolicy('web', '')), 'mapper: validate policies: missing destination id'],
    [
      policiesBody(wirePolicy('web', 'db', 1, 1, 'icmp')),
      'mapper: validate policies: invalid destination protocol, specify either udp or tcp',
    ],
    [policiesBody(wirePolicy('web', 'db', 0)), 'mapper: validate policies: missing start port'],
    [
      policiesBody(wirePolicy('web', 'db', 65536)),
      'mapper: validate policies: invalid end port 65536, must be in range 1-65535',
    ],
    [
      policiesBody(wirePolicy('web', 'db', 9, 8)),
      'mapper: validate policies: invalid port range 9-8, start must be less than or equal to end',
    ],
    [
      policiesBody(wirePolicy('web', 'db'), wirePolicy('web', 'db', 0)),
      'mapper: validate policies: missing start port',
    ],
  ])('refuses %j and appends nothing', async (body, message) => {
    const end = await logEnd();
    for (const path of [POLICIES, DELETE]) {
      const [status, text] = error(await server.request('POST', path, { body }));
      expect(status).toBe(400);
      expect(text).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    }
    expect(await logEnd()).toBe(end);
  });

  it('reads 10 MiB and not one byte more', async () => {
    const end = await logEnd();
    const body = JSON.stringify(policiesBody(wirePolicy('web', 'db', 0)));
    const filled = (size: number) => body + ' '.repeat(size - body.length);
    expect(error(await server.request('POST', POLICIES, { body: filled(10 * 2 ** 20) }))).toEqual([
      400,
      'mapper: validate policies: missing start port',
    ]);
    const tooLarge = await server.request('POST', POLICIES, { body: filled(10 * 2 ** 20 + 1) });
    expect(error(tooLarge)).toEqual([400, 'failed reading request body']);
    expect(error(await server.request('POST', DELETE, { body: filled(10 * 2 ** 20 + 1) }))).toEqual([
      400,
      'invalid request body',
    ]);
    expect(await logEnd()).toBe(end);
  });

  it('asks for a version it knows, then a token, then a scope, then looks at the body', async () => {
    const other = '/networking/v9/external/policies';
    const nobody = await tokenFor([]);
    expect(error(await server.request('POST', other, { token: null }))).toEqual([
      406,
      "api version 'v9' not supported",
    ]);
    const without = await server.request('POST', POLICIES, { token: null, body: '{' });
    expect(error(without)).toEqual([401, 'missing authorization header']);
    expect(without.headers['www-authenticate']).toBe('Bearer');
    expect(error(await server.request('POST', POLICIES, { token: 'forged', body: '{' }))).toEqual([
      401,
      'failed to verify token with uaa',
    ]);
    expect(error(await server.request('POST', POLICIES, { token: nobody, body: '{' }))).toEqual([
      403,
      'provided scopes [] do not include allowed scopes [network.admin network.write]',
    ]);
    expect((await server.request('GET', POLICIES, { token: await tokenFor(['network.write']) })).status).toBe(200);
  });

  it.each(['/api/v1/changes', '/api/v1/changes/1', '/api/v1/cells', '/api/v1/stream'])(
    '%s wants a token with network.admin',
    async (path) => {
      expect(await server.request('GET', path, { token: null })).toMatchObject({
        status: 401,
        body: expect.stringContaining('"code":"unauthenticated"'),
      });
      const writer = await tokenFor(['network.write']);
      expect(await server.request('GET', path, { token: writer })).toMatchObject({
        status: 403,
        body: expect.stringContaining('"code":"forbidden"'),
      });
    },
  );

  it('tells who changed what, when and why, newest first, page by page', async () => {
    const begin = await logEnd();
    const headers = {
      'x-heddle-reason': Buffer.from('NET-42 für „db“', 'utf8').toString('latin1'),
      'x-vcap-request-id': 'r-1',
    };
    await server.request('POST', POLICIES, { body: policiesBody(wirePolicy('web', 'db')), headers });
    await create(wirePolicy('api', 'db'));
    await create(wirePolicy('api', 'cache'));
    const { changes } = await server.get<ChangeList>('/api/v1/changes?limit=3');
    expect(changes.map(({ seq }) => seq)).toEqual([begin + 3, begin + 2, begin + 1]);
    expect(changes[2]).toMatchObject({
      actor: { name: 'admin' },
      reason: 'NET-42 für „db“',
      correlationId: 'r-1',
      data: { added: [{ source: 'web', destination: 'db', protocol: 'tcp', start: 8080, end: 8080 }], removed: [] },
    });
    expect(changes[0]?.previousHash).toBe(changes[1]?.hash);
    const paged: number[] = [];
    for (let next: number | null = begin + 4; next !== null && next > begin;) {
      const page: ChangeList = await server.get<ChangeList>(`/api/v1/changes?limit=1&before=${next}`);
      paged.push(...page.changes.map(({ seq }) => seq));
      next = page.next;
      if (paged.length === 3) break;
    }
    expect(paged).toEqual([begin + 3, begin + 2, begin + 1]);
    const ofCache = await server.get<ChangeList>('/api/v1/changes?app=cache');
    expect(ofCache.changes.map(({ seq }) => seq)).toContain(begin + 3);
    expect(ofCache.changes.map(({ seq }) => seq)).not.toContain(begin + 2);
    expect((await server.get<ChangeList>('/api/v1/changes?until=2001-01-01T00:00:00Z')).changes).toEqual([]);
    expect(
      (await server.get<ChangeList>('/api/v1/changes?since=2001-01-01T00:00:00%2B01:00&limit=3')).changes,
    ).toHaveLength(3);
  });

  it('shows one change, in force when it concerns no cell', async () => {
    await create(wirePolicy('web', 'db'));
    const seq = await logEnd();
    const change = await server.get<object>(`/api/v1/changes/${seq}?wait=5`);
    expect(change).toMatchObject({
      seq,
      topic: 'policy',
      enforcement: { state: 'in-force', cellsConcerned: 0, cells: [] },
    });
  });

  it.each([
    ['/api/v1/changes/999999', 404, 'no-such-change'],
    ['/api/v1/changes/0', 400, 'invalid-request'],
    ['/api/v1/changes/x', 400, 'invalid-request'],
    ['/api/v1/changes?limit=501', 400, 'invalid-request'],
    ['/api/v1/changes?since=yesterday', 400, 'invalid-request'],
    ['/api/v1/changes?colour=red', 400, 'invalid-request'],
    ['/api/v1/changes?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z', 400, 'inverted-window'],
    ['/api/v1/stream?lastEventId=999999.0', 400, 'unknown-event-id'],
    ['/api/v1/stream?lastEventId=x', 400, 'unknown-event-id'],
    ['/api/v1/nowhere', 404, 'http-error'],
  ])('GET %s is answered with %i %s', async (path, status, code) => {
    const answer = await server.request('GET', path);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ status, code, type: 'about:blank' });
    expect(answer.status).toBe(status);
  });

  it('gives figures, health and its own description without a token', async () => {
    const open = { token: null };
    expect((await server.request('GET', '/metrics', open)).body).toMatch(/^heddle_log_position\{.*\} \d+$/m);
    expect(JSON.parse((await server.request('GET', '/healthz', open)).body)).toMatchObject({
      status: 'ok',
      readModelLag: 0,
    });
    const description = JSON.parse((await server.request('GET', '/api/docs-json', open)).body) as { paths: object };
    expect(Object.keys(description.paths)).toEqual(
      expect.arrayContaining(['/networking/{version}/external/policies', '/api/v1/changes/{seq}', '/api/v1/stream']),
    );
  });

  it('tells how many tags there are left', async () => {
    const figure = async (name: string): Promise<number> =>
      Number(
        (await server.request('GET', '/metrics', { token: null })).body.match(
          RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm'),
        )?.[1],
      );
    const [used, free] = [await figure('heddle_tags_used'), await figure('heddle_tags_free')];
    expect(used + free).toBe(65_535);
    const body = policiesBody(wirePolicy('counted', 'counting'));
    await server.request('POST', POLICIES, { body });
    expect([await figure('heddle_tags_used'), await figure('heddle_tags_free')]).toEqual([used + 2, free - 2]);
    await server.request('POST', DELETE, { body });
    expect(await figure('heddle_tags_used')).toBe(used);
    expect(await figure('heddle_tags_held_back')).toBe(0);
  });

  it('serves no route that its reference does not name', async () => {
    const { body } = await server.request('GET', '/api/docs-json', { token: null });
    const plain = (route: string) => route.replace('{version}', 'v1').replace(/[{<]\w+[}>]/g, '*');
    const reference = await readFile('docs/reference/http-api.md', 'utf8');
    const named = reference.split('\n').filter((line) => line.startsWith('| `'));
    const routes = new Set(named.flatMap(routesIn).map(plain));
    const served = Object.keys((JSON.parse(body) as { paths: object }).paths).map(plain);
    expect(served.length).toBeGreaterThan(30);
    expect(served.filter((route) => !routes.has(route))).toEqual([]);
  });

  it('gives no figure that the guide for operators does not explain', async () => {
    const { body } = await server.request('GET', '/metrics', { token: null });
    const guide = await readFile('docs/operations.md', 'utf8');
    const names = [...body.matchAll(/^# TYPE (heddle_\w+)/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !guide.includes(`| \`${name}\` `))).toEqual([]);
  });

  async function tokenFor(scopes: string[]): Promise<string> {
    const now = new Date();
    const key = await ensureSigningKey(server.dataDir);
    return signToken(key, { name: 'bob', scopes }, { issuedAt: now, expiresAt: new Date(now.getTime() + 60_000) });
  }
});

/** The routes that a row of the reference names; `…/x` stands for one below the first or beside it. */
function routesIn(row: string): string[] {
  const [first = '', ...others] = [...row.matchAll(/`(?:[A-Z]+ )?([/…][^`?]*)[^`]*`/g)].map(([, route = '']) => route);
  const beside = first.slice(0, first.lastIndexOf('/'));
  return [first, ...others.flatMap((route) => [route, route.replace('…', first), route.replace('…', beside)])];
}
