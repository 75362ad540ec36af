import { ReportSender } from '@heddle/cell-protocol';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { TestControlPlane } from '../support/control-plane';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

const door = wirePolicy('visitor', 'homeowner', 8080);
const container = { index: 0, space: null, org: null };

describe('a change of policies that is to be answered once it is in force', () => {
  let nats: TestNats;
  let heddle: TestControlPlane;
  let connection: NatsConnection;
  let cell: ReportSender;

  beforeAll(async () => {
    nats = await startTestNats();
    heddle = await TestControlPlane.start(nats);
    connection = await nats.connect('cell');
    cell = new ReportSender(connection, 'cell-1');
    const homeowner = { ...container, handle: 'homeowner-0', app: 'homeowner', address: '10.255.1.2' };
    cell.holds({ cell: 'cell-1', containers: [homeowner] });
    await until(async () => (await heddle.get<{ cells: unknown[] }>('/api/v1/cells')).cells.length === 1);
  }, 60_000);
  afterAll(async () => {
    await cell?.close();
    await connection?.close();
    await heddle?.stop();
    await nats?.stop();
  });

  const post = (path: string, headers?: Record<string, string>) =>
    heddle.request('POST', path, { body: policiesBody(door), headers });
  const newest = async () =>
    (await heddle.get<{ changes: { seq: number }[] }>('/api/v1/changes?limit=1')).changes[0]?.seq as number;
  const enforce = (seq: number, flowsCut = 0) =>
    cell.enforced({
      ...{ cell: 'cell-1', enforcedUpTo: seq, changes: [seq], enforcedAtMs: Date.now(), flowsCut },
      documents: [{ key: 'app:homeowner', rev: seq }],
    });

  it('says who is missing when the time is over, and nothing without being asked', async () => {
    const asked = await post(POLICIES, { prefer: 'wait=1' });
    expect(asked).toMatchObject({ status: 202, headers: { 'preference-applied': 'wait=1' } });
    const missing = [{ cell: 'cell-1', state: expect.stringMatching(/^(waiting|unknown)$/), change: await newest() }];
    expect(JSON.parse(asked.body)).toEqual({ missing });
    const plain = await post(POLICIES);
    expect(plain).toMatchObject({ status: 200, body: '{}' });
    expect(plain.headers).not.toHaveProperty('preference-applied');
  });

  it('waits for what is on its way also when it changes nothing itself', async () => {
    const pending = await newest();
    const asked = post(POLICIES, { prefer: 'respond-async, wait=30' });
    enforce(pending);
    expect(await asked).toMatchObject({ status: 200, body: '{}', headers: { 'preference-applied': 'wait=30' } });
  });

  it('is answered at once when it is in force, with the flows it cut told for ever', async () => {
    const before = await newest();
    const removing = post(DELETE, { prefer: 'wait=30' });
    await until(async () => (await newest()) > before);
    const seq = await newest();
    enforce(seq, 2);
    expect(await removing).toMatchObject({ status: 200, body: '{}' });
    const enforcement = await heddle.get(`/api/v1/changes/${seq}/enforcement`);
    expect(enforcement).toMatchObject({
      ...{ seq, state: 'in-force', cellsConcerned: 1, cellsEnforcing: 1, flowsCut: 2 },
      cells: [{ cell: 'cell-1', state: 'enforced', flowsCut: 2 }],
    });
    await heddle.stop({ keepData: true });
    heddle = await TestControlPlane.start(nats, undefined, heddle.dataDir);
    const kept = await heddle.get<{ cells: unknown }>(`/api/v1/changes/${seq}/enforcement`);
    expect(kept).toEqual(enforcement);
    expect(await heddle.request('GET', `/api/v1/changes/${seq + 100}/enforcement`)).toMatchObject({ status: 404 });
  });
});
