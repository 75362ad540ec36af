import { describeOnEachDatabase } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';

const CHANGES = '/api/v1/changes';

interface Told {
  readonly change: number | null;
  readonly undone: number[];
  readonly policies: { start: number; outcome: string; was: unknown; is: unknown; later: number[] }[];
  readonly reach: { opens: unknown[]; closes: unknown[] }[];
  readonly data: Record<string, unknown> | null;
  readonly code?: string;
  readonly detail?: string;
}

describeOnEachDatabase('planning and undoing changes', (databases) => {
  let server: TestControlPlane;

  beforeAll(async () => {
    server = await TestControlPlane.alone(databases);
  }, 90_000);
  afterAll(() => server?.stop());

  const policy = (start: number, source = 'web') => ({ source, destination: 'db', protocol: 'tcp', start, end: start });
  const post = async (
    path: string,
    body?: unknown,
    more: { token?: string; headers?: Record<string, string> } = {},
  ) => {
    const answer = await server.request('POST', `${CHANGES}${path}`, { body, ...more });
    return { status: answer.status, ...(JSON.parse(answer.body) as Told) };
  };
  const add = async (policies: unknown[], expires?: string) => {
    const headers = { 'X-Heddle-Reason': 'a test' };
    const { change } = await post('', { type: 'add-policies', policies, ...(expires && { expires }) }, { headers });
    return change as number;
  };
  const remove = async (...policies: unknown[]) =>
    (await post('', { type: 'remove-policies', policies })).change as number;
  const standing = async () => {
    const { policies } = await server.get<{ policies: Record<string, unknown>[] }>('/api/v1/policies');
    return policies.map(({ start, expires }) => [start, expires !== undefined]);
  };
  const newest = async () => (await server.get<{ changes: { seq: number }[] }>(`${CHANGES}?limit=1`)).changes[0]?.seq;

  it('tells what a change would do, and does nothing', async () => {
    const first = await add([policy(1)]);
    const told = await post('?dryRun=true', { type: 'add-policies', policies: [{ ...policy(1), end: 3 }] });
    expect(told).toEqual({
      ...{ status: 200, dryRun: true, change: null },
      data: { added: [{ ...policy(1), end: 3 }], removed: [], tagsAllocated: [], tagsReleased: [] },
      reach: [
        {
          ...{ source: 'web', destination: 'db', closes: [], opens: [{ protocol: 'tcp', start: 2, end: 3 }] },
          before: [{ protocol: 'tcp', start: 1, end: 1 }],
          after: [{ protocol: 'tcp', start: 1, end: 3 }],
        },
      ],
      violations: [],
    });
    expect(await newest()).toBe(first);
    const writer = await server.tokenFor('writer', ['network.write']);
    const refused = await post('?dryRun=true', { type: 'remove-policies', policies: [policy(1)] }, { token: writer });
    expect([refused.status, refused.code]).toEqual([403, 'apps-not-accessible']);
    expect((await post('?dryRun=yes', { type: 'remove-policies', policies: [policy(1)] })).code).toBe(
      'invalid-request',
    );
    await remove(policy(1));
  });

  it('undoes an addition, and undoes that again', async () => {
    const seq = await add([policy(10), policy(11)]);
    const dry = await post(`/${seq}/revert?dryRun=true`);
    expect(dry).toMatchObject({
      change: null,
      undone: [seq],
      reach: [{ opens: [], closes: [{ start: 10, end: 11 }] }],
    });
    expect(await standing()).toEqual([
      [10, false],
      [11, false],
    ]);
    const undone = await post(`/${seq}/revert`);
    expect(undone).toMatchObject({
      ...{ undone: [seq], policies: [{ outcome: 'undo', was: false, is: true }, { outcome: 'undo' }] },
      reach: dry.reach,
    });
    expect(await standing()).toEqual([]);
    const { data } = await server.get<{ data: object }>(`${CHANGES}/${undone.change}`);
    expect(data).toMatchObject({ cause: { what: 'reverted', changes: [seq] } });
    await post(`/${undone.change}/revert`);
    expect((await standing()).map(([start]) => start)).toEqual([10, 11]);
    await remove(policy(10), policy(11));
  });

  it('gives a removed policy its end back, and does not open again what is over', async () => {
    await add([policy(20)], '1h');
    const removed = await remove(policy(20));
    expect((await post(`/${removed}/revert`)).policies).toMatchObject([{ outcome: 'undo', is: false }]);
    expect(await standing()).toEqual([[20, true]]);
    await remove(policy(20));
    await add([policy(21)], '1s');
    const early = await remove(policy(21));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const before = await newest();
    const { change, policies } = await post(`/${early}/revert`);
    expect([change, policies[0]?.outcome, await newest()]).toEqual([null, 'over', before]);
  });

  it('says which later changes are in the way, and leaves those policies alone when told to', async () => {
    const seq = await remove(...[await add([policy(30), policy(31)])].map(() => policy(30)), policy(31));
    const later = await add([policy(31)], '1h');
    const dry = await post(`/${seq}/revert?dryRun=true`);
    expect(dry.policies).toMatchObject([
      { start: 30, outcome: 'undo', later: [] },
      { start: 31, outcome: 'conflict', later: [later] },
    ]);
    const refused = await post(`/${seq}/revert`);
    expect([refused.status, refused.code]).toEqual([409, 'revert-conflict']);
    expect(refused.detail).toMatch(`web → db tcp 31 was changed later, by change ${later}: look with dryRun=true`);
    expect(await standing()).toEqual([[31, true]]);
    const { policies } = await post(`/${seq}/revert?conflicts=skip`);
    expect(policies[1]).toMatchObject({ start: 31, outcome: 'conflict' });
    expect((await standing()).sort()).toEqual([
      [30, false],
      [31, true],
    ]);
    await remove(policy(30), policy(31));
  });

  it('undoes everything by somebody, or for one request, since a moment', async () => {
    const eve = { token: await server.tokenFor('eve', ['network.admin']) };
    const from = await add([policy(40)]);
    await post('', { type: 'add-policies', policies: [policy(41), policy(42)] }, eve);
    await post('', { type: 'remove-policies', policies: [policy(40), policy(41)] }, eve);
    const other = { ...eve, headers: { 'X-Vcap-Request-Id': 'request-43' } };
    await post('', { type: 'add-policies', policies: [policy(43)] }, other);
    const dry = await post(`/revert?actor=eve&since=${from}&dryRun=true`);
    expect([dry.undone.length, dry.policies.map(({ start, outcome }) => [start, outcome])]).toEqual([
      3,
      expect.arrayContaining([
        [40, 'undo'],
        [41, 'as-it-was'],
        [42, 'undo'],
        [43, 'undo'],
      ]),
    ]);
    const { changes } = await server.get<{ changes: { correlationId: string }[] }>(`${CHANGES}?limit=1`);
    const correlationId = encodeURIComponent(changes[0]?.correlationId as string);
    await post(`/revert?correlationId=${correlationId}&since=${from}`);
    expect((await standing()).map(([start]) => start)).toEqual([42]);
    expect((await post(`/revert?actor=eve&since=${from}`)).policies).toContainEqual(
      expect.objectContaining({ start: 43, outcome: 'as-it-was' }),
    );
    expect(await standing()).toEqual([[40, false]]);
    expect(await post(`/revert?actor=nobody&since=${from}`)).toMatchObject({ status: 200, change: null, undone: [] });
    await remove(policy(40));
  });

  it.each<[string, number, string]>([
    ['/0/revert', 400, 'invalid-request'],
    ['/99999/revert', 404, 'no-such-change'],
    ['/1/revert?conflicts=ignore', 400, 'invalid-request'],
    ['/1/revert?force=true', 400, 'invalid-request'],
    ['/revert?since=1', 400, 'invalid-request'],
    ['/revert?since=1&actor=a&correlationId=b', 400, 'invalid-request'],
    ['/revert?actor=a', 400, 'invalid-request'],
    ['/revert?actor=a&since=yesterday', 400, 'invalid-request'],
    ['/revert?actor=a&since=99999', 404, 'no-such-change'],
    ['/revert?actor=a&since=2020-01-01T00:00:00Z', 404, 'before-the-log'],
    ['/revert?actor=a&since=2999-01-01T00:00:00Z', 400, 'in-the-future'],
  ])('refuses %s', async (path, status, code) => expect(await post(path)).toMatchObject({ status, code }));

  it('undoes nothing but changes of policies', async () => {
    await add([policy(50)]);
    const confirmed = await add([policy(50)]);
    expect(await post(`/${confirmed}/revert`)).toMatchObject({
      ...{ status: 409, code: 'not-revertible' },
      detail: `change ${confirmed} is policies-confirmed.v1, and only changes of policies (policies-changed) can be undone`,
    });
  });

  it('lets auditors undo nothing, and developers only what is theirs', async () => {
    const seq = await add([policy(60)]);
    const [auditor, writer] = await Promise.all([
      server.tokenFor('auditor', ['audit.read']),
      server.tokenFor('writer', ['network.write']),
    ]);
    expect(await post(`/${seq}/revert`, undefined, { token: auditor })).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    expect(await post(`/${seq}/revert`, undefined, { token: writer })).toMatchObject({ code: 'apps-not-accessible' });
    expect(await post(`/revert?actor=admin&since=1`, undefined, { token: writer })).toMatchObject({
      code: 'forbidden',
    });
  });
});
