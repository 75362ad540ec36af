import { randomUUID } from 'node:crypto';
import { LeaseClient } from '@heddle/cell-protocol';
import { describeOnEachDatabase } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

interface AsOf {
  readonly asOf: { readonly seq: number; readonly time: string | null };
  readonly next: string | null;
}
interface PastPolicies extends AsOf {
  readonly policies: { source: string; destination: string; start: number; since: number; until: number | null }[];
}

describeOnEachDatabase('the API of the past', (databases) => {
  let server: TestControlPlane;

  beforeAll(async () => {
    server = await TestControlPlane.alone(databases);
  }, 90_000);
  afterAll(() => server?.stop());

  const send = async (path: string, ...policies: ReturnType<typeof wirePolicy>[]) => {
    const { status } = await server.request('POST', path, { body: policiesBody(...policies) });
    expect(status).toBe(200);
  };
  const refusal = async (path: string) => {
    const { status, body } = await server.request('GET', path);
    const { code, detail } = JSON.parse(body) as { code: string; detail: string };
    return [status, code, detail];
  };
  const ports = ({ policies }: PastPolicies) => policies.map(({ start }) => start);

  it('of an empty log is nothing', async () => {
    const empty = { asOf: { seq: 0, time: null }, next: null };
    expect(await server.get('/api/v1/policies')).toEqual({ ...empty, policies: [] });
    expect(await refusal('/api/v1/policies?at=1')).toEqual([
      404,
      'no-such-change',
      'at: there is no change 1: the log is empty',
    ]);
    expect((await refusal('/api/v1/policies?at=5m%20ago')).slice(0, 2)).toEqual([404, 'before-the-log']);
  });

  it('tells what stood after a change, and which changes began and ended it', async () => {
    await send(POLICIES, wirePolicy('web', 'db', 1), wirePolicy('web', 'api', 2));
    await send(POLICIES, wirePolicy('api', 'db', 3));
    await send(DELETE, wirePolicy('web', 'db', 1));
    const { asOf, policies } = await server.get<PastPolicies>('/api/v1/policies?at=2');
    expect(asOf).toEqual({ seq: 2, time: expect.stringMatching(/^20.*Z$/) as string });
    expect(policies).toEqual([
      { source: 'web', destination: 'db', protocol: 'tcp', start: 1, end: 1, since: 1, until: 3 },
      { source: 'web', destination: 'api', protocol: 'tcp', start: 2, end: 2, since: 1, until: null },
      { source: 'api', destination: 'db', protocol: 'tcp', start: 3, end: 3, since: 2, until: null },
    ]);
    expect(ports(await server.get('/api/v1/policies?at=1'))).toEqual([1, 2]);
    expect(ports(await server.get('/api/v1/policies'))).toEqual([2, 3]);
    expect(ports(await server.get('/api/v1/policies?at=2&app=db'))).toEqual([1, 3]);
    expect(ports(await server.get('/api/v1/policies?at=2&source=web&destination=api'))).toEqual([2]);
    const time = encodeURIComponent(asOf.time as string);
    expect((await server.get<PastPolicies>(`/api/v1/policies?at=${time}`)).asOf.seq).toBeGreaterThanOrEqual(1);
    expect((await server.get<PastPolicies>('/api/v1/policies?at=0s%20ago')).asOf.seq).toBe(3);
    expect(await server.get('/api/v1/tags?at=1')).toMatchObject({
      asOf: { seq: 1 },
      tags: [
        { app: 'web', tag: 1, type: 'app', since: 1 },
        { app: 'db', tag: 2, type: 'app', since: 1 },
        { app: 'api', tag: 3, type: 'app', since: 1 },
      ],
    });
  });

  it('in pages that go on where the one before ended, whatever happens meanwhile', async () => {
    const first = await server.get<PastPolicies>('/api/v1/policies?at=2&limit=2');
    expect([ports(first), first.next]).toEqual([[1, 2], '1.1']);
    await send(DELETE, wirePolicy('api', 'db', 3));
    const second = await server.get<PastPolicies>(`/api/v1/policies?at=2&limit=2&after=${first.next}`);
    expect([ports(second), second.next]).toEqual([[3], null]);
  });

  it('tells the leases and the security groups', async () => {
    const cells = new LeaseClient(await server.nats.connect('cell'));
    const { lease } = await cells.acquire({ cell: 'c', incarnation: randomUUID(), underlayAddress: '192.168.7.1' });
    const group = { name: 'dns', rules: [] };
    await server.request('PUT', '/api/v1/security-groups/g', { body: group });
    await server.request('PUT', '/api/v1/security-groups/g', { body: { ...group, runningDefault: true } });
    const { changes } = await server.get<{ changes: { seq: number }[] }>('/api/v1/changes?limit=3');
    const [altered, put, acquired] = changes.map(({ seq }) => seq);
    expect(await server.get(`/api/v1/leases?at=${acquired}`)).toMatchObject({
      leases: [{ ...lease, since: acquired }],
    });
    expect(await server.get(`/api/v1/leases?at=1`)).toMatchObject({ asOf: { seq: 1 }, leases: [] });
    expect(await server.get(`/api/v1/security-groups?at=${acquired}`)).toMatchObject({ groups: [] });
    expect(await server.get(`/api/v1/security-groups?at=${put}`)).toMatchObject({
      groups: [{ guid: 'g', runningDefault: false, since: put }],
    });
    expect(await server.get(`/api/v1/security-groups?at=${altered}`)).toMatchObject({
      groups: [{ guid: 'g', runningDefault: true, since: altered }],
    });
  });

  it.each([
    ['9999', 404, 'no-such-change', /^at: there is no change 9999: the log has the changes 1 to \d+$/],
    [
      '2001-01-01T00:00:00Z',
      404,
      'before-the-log',
      /^at: the log knows nothing of 2001-01-01T00:00:00.000000Z: it begins at 20/,
    ],
    ['2999-01-01T00:00:00Z', 400, 'in-the-future', /^at: 2999-01-01T00:00:00.000000Z has not come yet, it is 20/],
    ['yesterday', 400, 'invalid-request', /^at: 'yesterday' is no moment: name a change \(8812\), a time/],
    ['0', 404, 'no-such-change', /^at: there is no change 0/],
    ['2026-02-30T00:00:00Z', 400, 'invalid-request', /is no moment/],
    ['5m', 400, 'invalid-request', /is no moment/],
  ])('has no answer for %s', async (at, status, code, detail) =>
    expect(await refusal(`/api/v1/policies?at=${at}`)).toEqual([status, code, expect.stringMatching(detail)]),
  );
});
