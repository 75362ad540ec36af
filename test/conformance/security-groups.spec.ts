import { describeOnEachDatabase, startTestNats, StubUaa, until, type TestNats } from '@heddle/testing';
import { startInternalServer, type InternalServer } from '../support/internal-server';
import { ccGroup, StubSecurityGroups } from '../support/stub-security-groups';

const NATIVE = '/api/v1/security-groups';
const GROUPS = '/networking/v1/internal/security_groups';
const https = { protocol: 'tcp', destination: '10.0.0.0/8', ports: '443' };
const RULES = String.raw`"[{\"protocol\":\"tcp\",\"destination\":\"10.0.0.0/8\",\"ports\":\"443\",\"type\":0,\"code\":0,\"description\":\"\",\"log\":false}]"`;

interface Listed {
  readonly next: number;
  readonly security_groups: { guid: string; name: string; rules: string }[];
}

describeOnEachDatabase('security groups without a Cloud Controller', (databases) => {
  let nats: TestNats;
  let internal: InternalServer;
  const put = (guid: string, body: unknown) => internal.server.request('PUT', `${NATIVE}/${guid}`, { body });
  const ask = (query: string) => internal.client.ask('GET', GROUPS + query);
  const list = async (query: string) => JSON.parse((await ask(query)).body) as Listed;
  const guids = async (query: string) => (await list(query)).security_groups.map(({ guid }) => guid);

  beforeAll(async () => {
    nats = await startTestNats();
    internal = await startInternalServer(nats, await databases.fresh());
    expect((await ask('')).body).toBe('{"next":0,"security_groups":[]}');
    expect(await internal.client.get('security_groups_last_updated')).toBe('1000000000000000000');
    await put('public', { name: 'public', rules: [https], runningDefault: true });
    await put('dns', { name: 'dns', rules: [{ ...https, protocol: 'udp', ports: '53' }], stagingDefault: true });
    await put('s1', { name: 's1', rules: [https], runningSpaces: ['space-1'] });
    await put('s1-staging', { name: 's1-staging', rules: [https], stagingSpaces: ['space-1', 'space-2'] });
    await put('s2', { name: '<s2>', rules: [], runningSpaces: ['space-2', 'space-3'], stagingSpaces: ['space-2'] });
    await put('nowhere', { name: 'nowhere', rules: [https] });
  }, 90_000);
  afterAll(async () => {
    await internal?.stop();
    await nats?.stop();
  });

  it('are written to the letter', async () =>
    expect((await ask('?limit=1')).body).toMatch(
      new RegExp(
        String.raw`^\{"next":\d+,"security_groups":\[\{"guid":"public","name":"public","rules":${RULES.replace(/[\\[{}\]]/g, String.raw`\$&`)},` +
          String.raw`"staging_default":false,"running_default":true,"staging_space_guids":\[\],"running_space_guids":\[\]\}\]\}$`,
      ),
    ));

  it('have markup escaped, and rules that decode to all seven members', async () => {
    expect((await ask('?space_guids=space-3')).body).toContain(String.raw`"name":"\u003cs2\u003e"`);
    const [first] = (await list('')).security_groups;
    expect(JSON.parse(first?.rules ?? '')).toEqual([{ ...https, type: 0, code: 0, description: '', log: false }]);
  });

  it.each<[string, string[]]>([
    ['', ['public', 'dns']],
    ['?space_guids=', ['public', 'dns']],
    ['?space_guids=,', ['public', 'dns']],
    ['?space_guids=nowhere', ['public', 'dns']],
    ['?space_guids=space-1', ['public', 'dns', 's1', 's1-staging']],
    ['?space_guids=space-2', ['public', 'dns', 's1-staging', 's2']],
    ['?space_guids=space-3', ['public', 'dns', 's2']],
    ['?space_guids=space-1,space-3', ['public', 'dns', 's1', 's1-staging', 's2']],
    ['?space_guids=space-1%2Cspace-3', ['public', 'dns', 's1', 's1-staging', 's2']],
    ['?space_guids=space-1&space_guids=space-3', ['public', 'dns', 's1', 's1-staging']],
    ['?SPACE_GUIDS=space-1', ['public', 'dns']],
    ['?space_guids=space-1&per_page=1', ['public', 'dns', 's1', 's1-staging']],
    ['?per_page=abc&space_guids=space-3', ['public', 'dns', 's2']],
    ['?limit=0', ['public', 'dns']],
    ['?limit=-1', ['public', 'dns']],
    ['?limit=100', ['public', 'dns']],
    ['?limit=%2B1', ['public']],
    ['?limit=1', ['public']],
    ['?limit=9223372036854775807', ['public', 'dns']],
    ['?from=0', ['public', 'dns']],
    ['?from=-5', ['public', 'dns']],
    ['?from=1', ['public', 'dns']],
    ['?from=9223372036854775807', []],
    ['?from=1&from=x', ['public', 'dns']],
  ])('GET security_groups%s', async (query, wanted) => expect(await guids(query)).toEqual(wanted));

  it.each([
    ['?limit=', 'limit'],
    ['?limit', 'limit'],
    ['?limit=abc', 'limit'],
    ['?limit=1.5', 'limit'],
    ['?limit=1e3', 'limit'],
    ['?limit=%201', 'limit'],
    ['?limit=9223372036854775808', 'limit'],
    ['?from=', 'from'],
    ['?from=abc', 'from'],
    ['?from=0x1', 'from'],
    ['?from=-9223372036854775809', 'from'],
    ['?limit=x&from=y', 'limit'],
  ])('GET security_groups%s is answered with 500', async (query, name) =>
    expect(await ask(query)).toMatchObject({
      status: 500,
      body: `{"error": "invalid value for '${name}' parameter"}`,
    }),
  );

  it.each([1, 2, 3, 4, 5])('are all there page by page, %i at a time', async (limit) => {
    const spaces = 'space_guids=space-1,space-2,space-3';
    const found: string[] = [];
    for (let from: number | undefined; from !== 0;) {
      const page: Listed = await list(`?${spaces}&limit=${limit}${from === undefined ? '' : `&from=${from}`}`);
      found.push(...page.security_groups.map(({ guid }) => guid));
      from = page.next;
    }
    expect(found).toEqual(['public', 'dns', 's1', 's1-staging', 's2']);
  });

  it('keep their place when they change, and move the mark', async () => {
    const mark = () => internal.client.get('security_groups_last_updated').then(BigInt);
    const [before, { next }] = [await mark(), await list('?limit=1')];
    await put('dns', { name: 'dns', rules: [https], stagingDefault: true, stagingSpaces: ['space-9'] });
    expect(await mark()).toBeGreaterThan(before);
    expect((await list('?limit=1')).next).toBe(next);
    expect(await guids(`?from=${next}`)).toEqual(['dns']);
  });

  it('do not move the mark, and make no change, when they are put again as they are', async () => {
    const body = { name: 's1', rules: [https], runningSpaces: ['space-1'] };
    const before = await internal.client.get('security_groups_last_updated');
    expect(await put('s1', body)).toMatchObject({ status: 200, body: '{"change":null}' });
    expect(await internal.client.get('security_groups_last_updated')).toBe(before);
  });

  it.each<[unknown, RegExp]>([
    ['{', /the body is not JSON/],
    [{}, /name: /],
    [{ name: 'x' }, /rules: /],
    [{ name: 'x', rules: [], colour: 'red' }, /colour/],
    [{ name: 'x', rules: [https, { ...https, ports: '99999' }] }, /rules\.1: its ports are \\"99999\\"/],
    [{ name: 'x', rules: [], runningSpaces: [''] }, /runningSpaces\.0: /],
  ])('are refused as %j', async (body, reason) => {
    const answer = await put('wrong', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(reason);
    expect(await guids('')).not.toContain('wrong');
  });

  it('are deleted once', async () => {
    const erase = () => internal.server.request('DELETE', `${NATIVE}/nowhere`);
    expect((await erase()).status).toBe(200);
    expect(await erase()).toMatchObject({ status: 404, body: expect.stringContaining('no-such-group') as string });
    const { groups } = await internal.server.get<{ groups: { guid: string }[] }>(NATIVE);
    expect(groups.map(({ guid }) => guid)).toEqual(['public', 'dns', 's1', 's1-staging', 's2']);
  });

  it.each(['PUT', 'DELETE', 'GET'])('are nobody’s without a token (%s)', async (method) =>
    expect((await internal.server.request(method, `${NATIVE}/x`, { token: null })).status).toBe(
      method === 'GET' ? 404 : 401,
    ),
  );

  it('are published to the cells, by space and for all spaces', async () => {
    const connection = await nats.connect();
    const stored = async (subject: string) => {
      const manager = await connection.jetstreamManager();
      const message = await manager.streams
        .getMessage('HEDDLE_STATE', { last_by_subj: subject })
        .catch(() => undefined);
      return message?.json<{ groups: { guid: string; staging: boolean; running: boolean }[] }>();
    };
    await until(async () => (await stored('heddle.state.space.space-9')) !== undefined);
    expect(await stored('heddle.state.space.space-2')).toMatchObject({
      space: 'space-2',
      committedAtMs: expect.any(Number) as number,
      groups: [
        { guid: 's1-staging', staging: true, running: false },
        { guid: 's2', staging: true, running: true },
      ],
    });
    expect((await stored('heddle.state.spaces'))?.groups.map(({ guid }) => guid)).toEqual(['dns', 'public']);
    await put('s2', { name: 's2', rules: [] });
    await until(async () => (await stored('heddle.state.space.space-3'))?.groups.length === 0);
  });
});

describeOnEachDatabase('security groups of a Cloud Controller', (databases) => {
  let nats: TestNats;
  let cloud: StubSecurityGroups;
  let uaa: StubUaa;
  let internal: InternalServer;
  let second = 0;
  /** When Cloud Controller's groups changed last: each time a second later. */
  const later = () => new Date(Date.UTC(2026, 0, 1, 0, 0, ++second)).toISOString().replace('.000', '');
  let loggedBefore = 0;

  beforeAll(async () => {
    nats = await startTestNats();
    cloud = await StubSecurityGroups.start();
    uaa = await StubUaa.start();
    const environment = {
      HEDDLE_UAA_URL: uaa.url,
      HEDDLE_UAA_CLIENT: StubUaa.client.id,
      HEDDLE_UAA_CLIENT_SECRET: StubUaa.client.secret,
      HEDDLE_CC_URL: cloud.url,
      HEDDLE_ASG_SYNC_INTERVAL: '1',
    };
    internal = await startInternalServer(nats, await databases.fresh(), environment);
    internal.server.token = await uaa.issue({ scopes: ['network.admin'] });
  }, 90_000);
  beforeEach(async () => {
    cloud.reset([ccGroup('public', { running: true }), ccGroup('bound', { spaces: ['s'] })], later());
    await until(async () => (await guids()).join() === 'public,bound' && (await problems()).length === 0);
    loggedBefore = (await loggedSinceStart()).length;
  });
  afterAll(async () => {
    await internal?.stop();
    await cloud?.stop();
    await uaa?.stop();
    await nats?.stop();
  });

  const guids = async () => {
    const body = await internal.client.get('security_groups?space_guids=s');
    return (JSON.parse(body) as Listed).security_groups.map(({ guid }) => guid);
  };
  const problems = async () => (await internal.server.get<{ problems: unknown[] }>(`${NATIVE}/problems`)).problems;
  const failures = async () => {
    const { body } = await internal.server.request('GET', '/metrics');
    return Number(/^heddle_security_group_sync_failures\S* (\d+)/m.exec(body)?.[1]);
  };
  const loggedSinceStart = async () => {
    const { changes } = await internal.server.get<{ changes: { type: string; data: unknown }[] }>('/api/v1/changes');
    return changes.filter(({ type }) => type === 'groups-changed.v1').map(({ data }) => data);
  };
  /** What the test before this one left is not of this one; the newest is first. */
  const logged = async () => {
    const all = await loggedSinceStart();
    return all.slice(0, all.length - loggedBefore);
  };
  /** Waits until the syncer has looked so many times more. */
  const looked = async (times: number) => {
    const before = cloud.asked.length;
    await until(() => cloud.asked.length >= before + times);
  };

  it('reach the log when they are seen first', async () =>
    expect((await loggedSinceStart()).at(-1)).toMatchObject({
      added: [{ guid: 'public' }, { guid: 'bound' }],
      changed: [],
      removed: [],
    }));

  it('reach the log as differences, and only when there are some', async () => {
    cloud.set([ccGroup('public', { running: true }), ccGroup('new', { spaces: ['s'] })], later());
    await until(async () => (await guids()).join() === 'public,new');
    expect(await logged()).toMatchObject([{ added: [{ guid: 'new' }], changed: [], removed: ['bound'] }]);
    cloud.set(cloud.groups, later());
    await looked(5);
    expect(await logged()).toHaveLength(1);
  });

  it('are not read again while nothing changed', async () => {
    const pages = () => cloud.asked.filter((path) => path === '/v3/security_groups').length;
    const before = pages();
    await looked(2);
    expect(pages()).toBe(before);
  });

  it('are read each time when Cloud Controller does not say whether they changed', async () => {
    cloud.lastUpdate = undefined;
    cloud.groups = [ccGroup('public', { running: true })];
    await until(async () => (await guids()).join() === 'public');
  });

  it('stay when all of them seem to be gone', async () => {
    const before = await failures();
    cloud.set([], later());
    await looked(6);
    expect(await guids()).toEqual(['public', 'bound']);
    expect(await failures()).toBeGreaterThan(before);
  });

  it.each<[string, (stub: StubSecurityGroups) => void]>([
    ['fails', (stub) => void (stub.status = 500)],
    ['refuses', (stub) => void (stub.status = 401)],
    ['sends a group without a GUID', (stub) => stub.set([{ ...ccGroup('x'), guid: '' }], later())],
    ['sends a group without its spaces', (stub) => stub.set([{ ...ccGroup('bound'), relationships: {} }], later())],
    ['says no time', (stub) => stub.set([ccGroup('x')], 'yesterday')],
  ])('stay when Cloud Controller %s, and follow when it recovers', async (_, spoil) => {
    spoil(cloud);
    await looked(2);
    expect(await guids()).toEqual(['public', 'bound']);
    cloud.status = 200;
    cloud.set([ccGroup('public', { running: true })], later());
    await until(async () => (await guids()).join() === 'public');
  });

  it('are of one moment: a page that was read before a change is read again', async () => {
    cloud.pageSize = 1;
    const three = ['a', 'b', 'c'].map((guid) => ccGroup(guid, { running: true }));
    let changes = 0;
    cloud.beforePage = (page) => {
      // The first group goes between two pages, so that the second moves to where nobody looks any more.
      if (page !== 2 || changes > 0) return;
      changes++;
      cloud.set(three.slice(1), later());
    };
    cloud.set(three, later());
    await until(async () => (await guids()).join() === 'b,c');
    expect(await logged()).toHaveLength(1);
  });

  it('are not believed while they never stand still', async () => {
    cloud.pageSize = 1;
    cloud.beforePage = () => cloud.set(cloud.groups, later());
    cloud.set([ccGroup('a', { running: true }), ccGroup('b', { running: true })], later());
    await looked(12);
    expect(await guids()).toEqual(['public', 'bound']);
    cloud.beforePage = () => {};
    await until(async () => (await guids()).join() === 'a,b');
  });

  it('lose a rule that cannot be understood, and nothing else', async () => {
    const rules = [https, { ...https, destination: 'example.org' }, { ...https, ports: '80' }];
    cloud.set([ccGroup('public', { running: true, rules }), ccGroup('bound', { spaces: ['s'] })], later());
    await until(async () => (await logged()).length === 1);
    const { security_groups } = JSON.parse(await internal.client.get('security_groups?space_guids=s')) as Listed;
    expect(
      security_groups.map(({ rules: text }) => (JSON.parse(text) as { ports: string }[]).map(({ ports }) => ports)),
    ).toEqual([['443', '80'], ['443']]);
    expect(await problems()).toEqual([
      {
        guid: 'public',
        name: 'public',
        rule: 1,
        reason: 'its destination is "example.org", not an address, a CIDR block or a range',
      },
    ]);
    expect((await internal.server.request('GET', '/metrics')).body).toMatch(/^heddle_security_group_problems\S* 1$/m);
  });

  it.each([
    ['PUT', { name: 'x', rules: [] }],
    ['DELETE', undefined],
  ])('cannot be written here (%s)', async (method, body) =>
    expect(await internal.server.request(method, `${NATIVE}/public`, { body })).toMatchObject({
      status: 409,
      body: expect.stringContaining('groups-are-synced') as string,
    }),
  );
});
