import { randomUUID } from 'node:crypto';
import { LeaseClient, ReportSender, type ReportedLocal } from '@heddle/cell-protocol';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { TestControlPlane } from '../support/control-plane';

interface Placements {
  readonly asOf: { readonly seq: number };
  readonly at: string;
  readonly knownSince: string;
  readonly placements: readonly {
    cell: string;
    handle: string;
    app: string | null;
    since: string;
    until: string | null;
  }[];
  readonly unheard: { readonly count: number; readonly cells: readonly string[] };
  readonly next: string | null;
}

const container = (handle: string, app: string, index: number) => ({
  ...{ handle, app, index, address: `10.255.1.${index + 2}`, space: 'space-1', org: 'org-1' },
});
const unnamed: ReportedLocal = {
  ...{ handle: 'unnamed', app: null, address: '10.255.1.9', isGiven: false, space: null },
  ...{ workload: null, published: [], ownRules: 'none' },
};

describeOnEachDatabase('where containers were', (databases) => {
  let nats: TestNats;
  let server: TestControlPlane;
  let databaseUrl: string | undefined;
  let cell: NatsConnection;
  let sender: ReportSender;

  beforeAll(async () => {
    nats = await startTestNats();
    const location = await databases.fresh();
    databaseUrl = 'databaseUrl' in location ? location.databaseUrl : undefined;
    server = await TestControlPlane.start(nats, databaseUrl);
    cell = await nats.connect('cell');
    sender = new ReportSender(cell, 'cell-1');
  }, 90_000);
  afterAll(async () => {
    await sender?.close();
    await server?.stop();
    await nats?.stop();
  });

  const refusal = async (query: string) => {
    const { status, body } = await server.request('GET', `/api/v1/placements${query}`);
    const { code, detail } = JSON.parse(body) as { code: string; detail: string };
    return [status, code, detail];
  };
  const list = (query = '') => server.get<Placements>(`/api/v1/placements${query}`);
  const handles = ({ placements }: Placements) => placements.map(({ handle }) => handle).sort();
  const acquire = (name: string, underlayAddress: string) =>
    new LeaseClient(cell).acquire({ cell: name, incarnation: randomUUID(), underlayAddress, singleAddress: false });
  /** Times of their own, to the millisecond. */
  const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('is unknown while no cell has said anything', async () => {
    expect(await refusal('')).toEqual([
      ...[404, 'placements-unknown', 'at: no cell has ever said which containers it holds'],
    ]);
  });

  it('is what the cells had said by then, those of no app included', async () => {
    await acquire('cell-1', '10.0.0.1');
    await acquire('cell-2', '10.0.0.2');
    sender.holds({ cell: 'cell-1', containers: [container('web-0', 'web', 0)], local: [unnamed] });
    await until(async () => (await server.request('GET', '/api/v1/placements')).status === 200);
    const first = await list();
    expect(handles(first)).toEqual(['unnamed', 'web-0']);
    expect(first).toMatchObject({ unheard: { count: 1, cells: ['cell-2'] }, next: null });
    await tick();
    sender.holds({ cell: 'cell-1', containers: [container('web-1', 'web', 1)] });
    await until(async () => handles(await list()).join() === 'web-1');
    const now = await list();
    expect(now.placements).toEqual([
      { cell: 'cell-1', ...container('web-1', 'web', 1), since: expect.any(String) as string, until: null },
    ]);
    const then = await list(`?at=${first.at}`);
    expect(then.placements).toEqual(first.placements.map((placed) => ({ ...placed, until: now.placements[0]?.since })));
    expect(then.at).toBe(`${new Date(Date.parse(first.at)).toISOString().slice(0, -1)}000Z`);
    expect(handles(await list('?app=web'))).toEqual(['web-1']);
    expect([handles(await list('?cell=cell-2')), (await list('?cell=cell-2')).unheard.count]).toEqual([[], 1]);
    const page = await list(`?at=${first.at}&limit=1`);
    expect(handles(await list(`?at=${first.at}&limit=1&after=${page.next}`))).toHaveLength(1);
  });

  it('refuses what is no moment of the past, or lies before anything was known', async () => {
    expect((await refusal('?at=99')).slice(0, 2)).toEqual([404, 'no-such-change']);
    expect((await refusal('?at=2999-01-01T00:00:00Z')).slice(0, 2)).toEqual([400, 'in-the-future']);
    expect((await refusal('?at=2020-01-01T00:00:00Z')).slice(0, 2)).toEqual([404, 'before-the-log']);
    const { knownSince } = await list();
    // The first change gave the cell its lease; it spoke after that.
    expect(await refusal('?at=1')).toEqual([
      ...[404, 'placements-unknown', `at: where containers were is unknown before ${knownSince}`],
    ]);
  });

  it('ends when the cell loses its lease, and stays known over a restart and a rebuild', async () => {
    const before = await list();
    await tick();
    const released = await server.request('POST', '/api/v1/leases/release', { body: { cell: 'cell-1' } });
    expect(released.status).toBe(200);
    await until(async () => (await list()).placements.length === 0);
    await server.stop({ keepData: true });
    server = await TestControlPlane.start(nats, databaseUrl, server.dataDir);
    expect([handles(await list(`?at=${before.at}`)), handles(await list())]).toEqual([['web-1'], []]);
    expect((await server.request('POST', '/api/v1/audit/rebuild', { body: {} })).status).toBe(200);
    expect(handles(await list(`?at=${before.at}`))).toEqual(['web-1']);
  }, 60_000);

  it('is read again from the reports where the tables are lost, as far back as those are kept', async () => {
    const before = await list();
    await server.stop({ keepData: true });
    const location = await databases.fresh();
    databaseUrl = 'databaseUrl' in location ? location.databaseUrl : undefined;
    server = await TestControlPlane.start(nats, databaseUrl);
    await until(async () => (await server.request('GET', '/api/v1/placements')).status === 200, { withinMs: 30_000 });
    await until(async () => (await list()).knownSince === before.knownSince, { withinMs: 30_000 });
    // The cell left before these tables were made; its containers did not come back with its reports.
    await until(async () => handles(await list()).length === 0, { withinMs: 30_000 });
  }, 90_000);
});
