import { randomUUID } from 'node:crypto';
import { LeaseClient } from '@heddle/cell-protocol';
import { describeOnEachDatabase } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';

const LEASES = '/api/v1/leases';

interface Change {
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly actor: { readonly name: string };
  readonly reason?: string;
  readonly data: { readonly lease: { readonly cell: string; readonly overlaySubnet: string } };
}

interface Page {
  readonly changes: readonly Change[];
  readonly next: number | null;
}

describeOnEachDatabase('the API of leases', (databases) => {
  let server: TestControlPlane;
  let cells: LeaseClient;

  beforeAll(async () => {
    server = await TestControlPlane.alone(databases);
    cells = new LeaseClient(await server.nats.connect('cell'));
  }, 90_000);
  afterAll(() => server?.stop());

  let number = 0;
  const acquire = async (cell: string, incarnation = randomUUID()) => {
    const { lease } = await cells.acquire({ cell, incarnation, underlayAddress: `192.168.7.${++number}` });
    return lease;
  };
  const post = async (what: string, body: unknown, reason?: string) => {
    const headers: Record<string, string> = reason === undefined ? {} : { 'x-heddle-reason': reason };
    const answer = await server.request('POST', `${LEASES}/${what}`, { body, headers });
    return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
  };
  const history = (query: string) => server.get<Page>(`${LEASES}/history${query}`);
  const told = ({ changes }: Page) => changes.map(({ type, data }) => `${type} ${data.lease.overlaySubnet}`);

  it('tells the history of a cell: each event with time, actor, reason, incarnation and subnet', async () => {
    const first = await acquire('cell-a');
    const fenced = await post('fence', { cell: 'cell-a' }, 'the machine burns');
    expect(fenced).toEqual({ status: 200, body: { fenced: first } });
    const other = await acquire('cell-b');
    const second = await acquire('cell-a');
    const { changes, next } = await history('?cell=cell-a');
    expect(next).toBeNull();
    expect(changes).toMatchObject([
      { type: 'lease-acquired.v1', actor: { name: 'cell-a' }, data: { lease: second } },
      {
        ...{ type: 'lease-fenced.v1', actor: { name: 'admin' }, reason: 'the machine burns', address: '127.0.0.1' },
        data: { lease: first, because: 'ordered' },
      },
      { type: 'lease-acquired.v1', actor: { name: 'cell-a' }, address: '192.168.7.1', data: { lease: first } },
    ]);
    expect([first.incarnationNumber, second.incarnationNumber]).toEqual([1, 2]);
    for (const { time } of changes) expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(600_000);
    expect((await history('')).changes).toHaveLength(4);
    expect(told(await history(`?subnet=${other.overlaySubnet}`))).toEqual([`lease-acquired.v1 ${other.overlaySubnet}`]);
    expect(told(await history(`?cell=cell-a&subnet=${second.overlaySubnet}`))).toEqual([
      `lease-acquired.v1 ${second.overlaySubnet}`,
    ]);
    expect(await history(`?cell=cell-b&subnet=${second.overlaySubnet}`)).toEqual({ changes: [], next: null });
  });

  it('in pages, and in a window of time', async () => {
    const lease = await acquire('cell-c');
    await post('release', { subnet: lease.overlaySubnet });
    const first = await history('?cell=cell-c&limit=1');
    expect(told(first)).toEqual([`lease-released.v1 ${lease.overlaySubnet}`]);
    const second = await history(`?cell=cell-c&limit=1&before=${first.next}`);
    expect(told(second)).toEqual([`lease-acquired.v1 ${lease.overlaySubnet}`]);
    expect(second.next).toBeNull();
    expect((await history('?cell=cell-c&until=2020-01-01T00:00:00Z')).changes).toEqual([]);
    expect((await history('?cell=cell-c&since=2020-01-01T00:00:00Z')).changes).toHaveLength(2);
  });

  it('a cell is named instead of its subnet; of one without a lease it is the lost one', async () => {
    const lease = await acquire('cell-d');
    expect(await post('fence', { cell: 'cell-d' })).toEqual({ status: 200, body: { fenced: lease } });
    expect((await post('fence', { cell: 'cell-d' })).status).toBe(404);
    expect(await post('release', { cell: 'cell-d' })).toEqual({ status: 200, body: { released: lease } });
    expect(await post('release', { cell: 'cell-d' })).toMatchObject({
      ...{ status: 404, body: { code: 'no-such-lease', detail: 'cell-d holds no lease: see GET /api/v1/leases' } },
    });
    expect(told(await history('?cell=cell-d'))).toEqual(
      ['quarantine-ended', 'fenced', 'acquired'].map((what) => `lease-${what}.v1 ${lease.overlaySubnet}`),
    );
  });

  it.each<[string, string, unknown]>([
    ['POST', '/release', {}],
    ['POST', '/release', { cell: 'cell-1', subnet: '10.255.1.0/24' }],
    ['POST', '/fence', { cell: '' }],
    ['POST', '/fence', 'cell-1'],
    ['GET', '/history?app=web', undefined],
    ['GET', '/history?cell=', undefined],
    ['GET', '/history?limit=501', undefined],
    ['GET', '/history?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z', undefined],
  ])('refuses %s %s %j', async (method, path, body) =>
    expect((await server.request(method, LEASES + path, { body })).status).toBe(400),
  );

  it('is for administrators', async () =>
    expect((await server.request('GET', `${LEASES}/history?cell=cell-a`, { token: null })).status).toBe(401));
});
