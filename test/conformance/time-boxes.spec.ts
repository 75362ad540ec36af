import { randomUUID } from 'node:crypto';
import { ReportSender } from '@heddle/cell-protocol';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

const CHANGES = '/api/v1/changes';

interface Change {
  readonly seq: number;
  readonly actor: { readonly name: string };
  readonly reason?: string;
  readonly data: { readonly removed: unknown[]; readonly cause?: unknown };
}
interface Listed {
  readonly policies: { readonly start: number; readonly since: number; readonly expires?: string }[];
}

describeOnEachDatabase('policies that close by themselves', (databases) => {
  let nats: TestNats;
  let server: TestControlPlane;
  let databaseUrl: string | undefined;

  beforeAll(async () => {
    nats = await startTestNats();
    const location = await databases.fresh();
    databaseUrl = 'databaseUrl' in location ? location.databaseUrl : undefined;
    server = await TestControlPlane.start(nats, databaseUrl);
  }, 90_000);
  afterAll(async () => {
    await server?.stop();
    await nats?.stop();
  });

  const policy = (start: number, source = 'web') => ({ source, destination: 'db', protocol: 'tcp', start, end: start });
  const because = (reason: string) => ({ headers: { 'X-Heddle-Reason': reason } });
  const send = async (body: unknown, more: { headers?: Record<string, string>; token?: string | null } = {}) => {
    const answer = await server.request('POST', CHANGES, { body, ...more });
    return [answer.status, JSON.parse(answer.body) as Record<string, unknown>] as const;
  };
  const expiring = async () => (await server.get<Listed>('/api/v1/policies?expiring=true')).policies;
  const newest = async () => (await server.get<{ changes: Change[] }>(`${CHANGES}?limit=1`)).changes[0] as Change;

  it('close when their time is over, and the log says who opened them', async () => {
    const [status, { change }] = await send(
      { type: 'add-policies', policies: [policy(1)], expires: '1s' },
      because('the pager went off'),
    );
    expect(status).toBe(200);
    expect(await expiring()).toEqual([
      { ...policy(1), since: change, until: null, expires: expect.stringMatching(/^20.*Z$/) as string },
    ]);
    await until(async () => (await newest()).data.cause !== undefined);
    expect(await newest()).toMatchObject({
      actor: { name: 'heddle' },
      reason: expect.stringMatching(`by admin in change ${String(change)}, reason the pager went off$`) as string,
      data: { removed: [policy(1)], cause: { what: 'expired', changes: [change] } },
    });
    expect(await expiring()).toEqual([]);
  });

  it('that came due while no control plane was there are closed before one answers', async () => {
    await send({ type: 'add-policies', policies: [policy(2)], expires: '1s' }, because('for a second'));
    const { dataDir } = server;
    await server.stop({ keepData: true });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    server = await TestControlPlane.start(nats, databaseUrl, dataDir);
    expect((await newest()).data).toMatchObject({ removed: [policy(2)], cause: { what: 'expired' } });
  });

  it('are closed by one of two control planes', async () => {
    const second = await TestControlPlane.start(nats, databaseUrl);
    try {
      await send({ type: 'add-policies', policies: [policy(3)], expires: '1s' }, because('twice watched'));
      await until(async () => (await newest()).data.cause !== undefined);
      const closed = (await newest()).seq;
      const before = await server.get<{ changes: Change[] }>(`${CHANGES}?before=${closed}&limit=1`);
      expect(before.changes[0]?.data.cause).toBeUndefined();
      await until(async () => (await second.get<Listed>('/api/v1/policies')).policies.length === 0);
      expect((await newest()).seq).toBe(closed);
    } finally {
      await second.stop();
    }
  });

  it('have the later end of several, and none once somebody adds them for good by any route', async () => {
    const add = (expires: string) => send({ type: 'add-policies', policies: [policy(4)], expires }, because('longer'));
    await add('1h');
    const [, { change }] = await add('2h');
    expect((await add('30m'))[1]).toMatchObject({ data: { command: 'add-policies', unchanged: [policy(4)] } });
    expect(await expiring()).toMatchObject([{ start: 4, since: change }]);
    await send({ type: 'limit-policies', policies: [policy(4)], expires: '10m' });
    const [limited] = await expiring();
    expect(Date.parse(limited?.expires as string)).toBeLessThan(Date.now() + 11 * 60_000);
    const { status, body } = await server.request('POST', POLICIES, { body: policiesBody(wirePolicy('web', 'db', 4)) });
    expect([status, body]).toEqual([200, '{}']);
    expect(await expiring()).toEqual([]);
    // What stood with which end is known for every moment.
    expect((await server.get<Listed>(`/api/v1/policies?expiring=true&at=${String(change)}`)).policies).toMatchObject([
      { start: 4, since: change },
    ]);
    await server.request('POST', DELETE, { body: policiesBody(wirePolicy('web', 'db', 4)) });
  });

  it('can be removed before', async () => {
    await send({ type: 'add-policies', policies: [policy(5)], expires: '1h' }, because('removed early'));
    expect(await send({ type: 'remove-policies', policies: [policy(5)] })).toMatchObject([
      200,
      { data: { removed: [policy(5)] } },
    ]);
    expect(await expiring()).toEqual([]);
    expect(await send({ type: 'limit-policies', policies: [policy(5)], expires: '1h' })).toEqual([
      200,
      { change: null, data: null },
    ]);
  });

  it('have a receipt of each cell concerned for their closing, like any removal', async () => {
    const connection = await nats.connect('cell');
    const cell = new ReportSender(connection, 'cell-1');
    try {
      const db = { handle: 'db-0', app: 'db', index: 0, address: '10.255.1.2', space: null, org: null };
      cell.holds({ cell: 'cell-1', containers: [db] });
      await until(async () => (await server.get<{ cells: unknown[] }>('/api/v1/cells')).cells.length === 1);
      await send({ type: 'add-policies', policies: [policy(7)], expires: '1s' }, because('to be confirmed'));
      await until(async () => (await newest()).data.cause !== undefined);
      const { seq } = await newest();
      const enforcement = (wait: number) => server.get(`${CHANGES}/${seq}/enforcement?wait=${wait}`);
      expect(await enforcement(0)).toMatchObject({ state: 'pending', cellsConcerned: 1 });
      cell.enforced({
        ...{ cell: 'cell-1', enforcedUpTo: seq, changes: [seq], enforcedAtMs: Date.now(), flowsCut: 2 },
        documents: [{ key: 'app:db', rev: seq }],
      });
      expect(await enforcement(30)).toMatchObject({ state: 'in-force', cellsEnforcing: 1, flowsCut: 2 });
    } finally {
      await cell.close();
      await connection.close();
    }
  });

  const PAST = '2020-01-01T00:00:00Z';
  const one = [policy(6)];
  it.each<[string, unknown, string]>([
    ['no JSON', 'policies', 'the body is not JSON of at most 1048576 bytes'],
    ['no command', { policies: one }, 'type: '],
    ['another command', { type: 'reserve-tag', policies: one }, 'type: '],
    ['no policies', { type: 'add-policies', policies: [] }, 'policies: '],
    ['a port that is none', { type: 'add-policies', policies: [{ ...policy(6), end: 0 }] }, 'policies.0.end: '],
    ['an inverted range', { type: 'add-policies', policies: [{ ...policy(6), end: 5 }] }, 'policies.0.end: '],
    ['an app without a name', { type: 'add-policies', policies: [policy(6, '')] }, 'policies.0.source: '],
    ['a member too many', { type: 'remove-policies', policies: one, expires: '1h' }, 'the request: '],
    ['an end that is none', { type: 'add-policies', policies: one, expires: 'soon' }, "expires: 'soon' is no end"],
    ['a time without a zone', { type: 'add-policies', policies: one, expires: '2030-01-01T00:00:00' }, 'expires: '],
    ['an end that has come', { type: 'add-policies', policies: one, expires: PAST }, 'expires: 2020-01-01T00:00:00'],
    ['an end of no time', { type: 'limit-policies', policies: one, expires: '0s' }, 'expires: '],
    ['an end beyond reason', { type: 'add-policies', policies: one, expires: '4000d' }, 'expires: '],
    ['a limit without an end', { type: 'limit-policies', policies: one }, 'expires: '],
  ])('are refused with %s', async (_, body, words) => {
    const before = (await newest()).seq;
    const [status, problem] = await send(body, because('as a test'));
    expect([status, String(problem.detail).slice(0, words.length)]).toEqual([400, words]);
    expect((await newest()).seq).toBe(before);
  });

  it('are refused without a reason', async () =>
    expect(await send({ type: 'add-policies', policies: one, expires: '1h' })).toMatchObject([
      400,
      { code: 'reason-missing' },
    ]));

  it.each([
    ['nobody', null, 401, 'unauthenticated'],
    ['an auditor', ['audit.read'], 403, 'forbidden'],
    ['a developer of other spaces', ['network.write'], 403, 'apps-not-accessible'],
  ])('are refused to %s', async (name, scopes, status, code) => {
    const token = scopes && (await server.tokenFor(`${name} ${randomUUID()}`, scopes));
    expect(await send({ type: 'remove-policies', policies: one }, { token })).toMatchObject([status, { code }]);
  });
});
