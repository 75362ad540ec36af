import { ReportSender } from '@heddle/cell-protocol';
import { describeOnEachDatabase, until } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

interface Status {
  readonly at: string;
  readonly placementsKnown: boolean;
  readonly policies: readonly {
    start: number;
    declared: boolean;
    enforced: boolean;
    added: { seq: number };
    removed: { seq: number } | null;
    window: { until: string | null; ms: number | null };
    cells: readonly { cell: string; said: string; by: string; at: string | null }[];
  }[];
}

describeOnEachDatabase('a policy as declared and as enforced', (databases) => {
  let server: TestControlPlane;
  const senders = new Map<string, ReportSender>();

  beforeAll(async () => {
    server = await TestControlPlane.alone(databases);
    const cell = await server.nats.connect('cell');
    for (const name of ['cell-1', 'cell-2', 'cell-3']) senders.set(name, new ReportSender(cell, name));
  }, 90_000);
  afterAll(async () => {
    for (const sender of senders.values()) await sender.close();
    await server?.stop();
  });

  const change = async (path: string, start: number) => {
    const body = policiesBody(wirePolicy('web', 'db', start));
    expect((await server.request('POST', path, { body })).status).toBe(200);
  };
  const holds = (cell: string) =>
    senders.get(cell)?.holds({
      ...{
        cell,
        containers: [{ handle: `db-${cell}`, app: 'db', index: 0, address: '10.255.1.2', space: null, org: null }],
      },
    });
  const enforces = (cell: string, seq: number, atMs = Date.now()) =>
    senders.get(cell)?.enforced({
      ...{ cell, enforcedUpTo: seq, changes: [seq], documents: [{ key: 'app:db', rev: seq }] },
      ...{ enforcedAtMs: atMs, flowsCut: 0 },
    });
  const status = (query = '') => server.get<Status>(`/api/v1/policies/enforcement?from=web&to=db${query}`);
  const said = ({ policies: [policy] }: Status) =>
    Object.fromEntries((policy?.cells ?? []).map((cell) => [cell.cell, `${cell.said} by ${cell.by}`]));
  const at = (iso: string) => `&at=${new Date(Date.parse(iso)).toISOString()}`;
  const tick = () => new Promise((resolve) => setTimeout(resolve, 20));

  it('is in force where its cells said so by then, and where its containers came later', async () => {
    holds('cell-1');
    holds('cell-2');
    await until(async () => (await server.request('GET', '/api/v1/cells')).body.includes('db-cell-2'));
    await change(POLICIES, 80);
    enforces('cell-1', 1);
    await until(async () => said(await status())['cell-1'] === 'enforced by change');
    const first = await status();
    expect(said(first)).toEqual({ 'cell-1': 'enforced by change', 'cell-2': 'unsaid by change' });
    expect(first.policies).toMatchObject([
      { start: 80, declared: true, enforced: false, added: { seq: 1 }, removed: null },
    ]);
    await tick();
    enforces('cell-2', 1);
    holds('cell-3');
    await until(async () => Object.keys(said(await status())).length === 3);
    await until(async () => (await status()).policies[0]?.enforced === true);
    const second = await status();
    expect(said(second)).toEqual({
      ...{ 'cell-1': 'enforced by change', 'cell-2': 'enforced by change', 'cell-3': 'enforced by start' },
    });
    expect(said(await status(at(first.at)))).toEqual({ 'cell-1': 'enforced by change', 'cell-2': 'later by change' });
  }, 60_000);

  it('is exposed, once it was removed, until its last cell said that it stopped', async () => {
    const before = await status();
    await tick();
    await change(DELETE, 80);
    for (const cell of ['cell-1', 'cell-2']) enforces(cell, 2);
    await until(
      async () => Object.values(said(await status())).filter((one) => one === 'enforced by change').length === 2,
    );
    const open = await status();
    expect(open.policies).toMatchObject([
      { declared: false, enforced: false, added: { seq: 1 }, removed: { seq: 2 }, window: { until: null, ms: null } },
    ]);
    expect(said(open)['cell-3']).toBe('unsaid by change');
    await tick();
    enforces('cell-3', 2);
    await until(async () => (await status()).policies[0]?.enforced === true);
    const closed = await status();
    expect(closed.policies[0]?.window.until).toBe(closed.policies[0]?.cells.find(({ cell }) => cell === 'cell-3')?.at);
    expect(closed.policies[0]?.window.ms).toBeGreaterThan(20);
    expect((await status(at(before.at))).policies).toMatchObject([{ declared: true, enforced: true, removed: null }]);
    expect(said(await status(at(open.at)))['cell-3']).toBe('later by change');
  }, 60_000);

  it('is found by its traffic, and is the last time it stood', async () => {
    await change(POLICIES, 80);
    await change(POLICIES, 443);
    const stands = async (query: string) =>
      (await status(query)).policies.map(({ start, declared, added }) => [start, declared, added.seq]);
    expect(await stands('&port=443')).toEqual([[443, true, 4]]);
    expect(await stands('')).toEqual([
      [443, true, 4],
      [80, true, 3],
    ]);
    expect(await stands('&at=2')).toEqual([[80, false, 1]]);
    const refusal = async (query: string) => {
      const { status: code, body } = await server.request('GET', `/api/v1/policies/enforcement${query}`);
      return [code, (JSON.parse(body) as { code: string }).code];
    };
    expect(await refusal('?from=web&to=db&port=9')).toEqual([404, 'no-such-policy']);
    expect(await refusal('?from=web')).toEqual([400, 'invalid-request']);
    expect(await refusal('?from=web&to=db&at=99')).toEqual([404, 'no-such-change']);
  });
});
