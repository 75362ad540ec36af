import { NatsLine, startTestNats, type TestNats } from '@heddle/testing';
import { startInternalServer, type InternalServer } from '../support/internal-server';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

const ROUNDS = 2_000;

interface Listed {
  readonly policies: { destination: { ports: { start: number } } }[];
}

describe('a cell that polls two control planes while somebody writes', () => {
  let nats: TestNats;
  let planes: InternalServer[];

  beforeAll(async () => {
    nats = await startTestNats();
    planes = [await startInternalServer(nats, { sqliteFile: '' }), await startInternalServer(nats, { sqliteFile: '' })];
  }, 90_000);
  afterAll(async () => {
    for (const plane of planes ?? []) await plane.stop();
    await nats?.stop();
  });

  const anyPlane = () => planes[Math.floor(Math.random() * planes.length)] as InternalServer;

  /** The mark right after each round's write. Rounds are the ports of the one policy there is. */
  const marks: bigint[] = [];
  let isWriting = true;

  async function write(): Promise<void> {
    const { server, client } = planes[0] as InternalServer;
    const change = async (path: string, port: number) => {
      const { status } = await server.request('POST', path, { body: policiesBody(wirePolicy('web', 'db', port)) });
      expect(status).toBe(200);
    };
    for (let round = 1; round <= ROUNDS; round++) {
      await change(POLICIES, round);
      marks[round] = BigInt(await client.get('policies_last_updated'));
      if (round > 1) await change(DELETE, round - 1);
    }
    isWriting = false;
  }

  it(`never takes an old list for the new one, in ${ROUNDS} rounds`, async () => {
    const writing = write();
    let local = 0n;
    let seen = 0;
    let fetched = 0;
    let expected = 1;
    const poll = async () => {
      const remote = BigInt(await anyPlane().client.get('policies_last_updated'));
      if (remote <= local) return;
      const { policies } = JSON.parse(await anyPlane().client.get('policies?id=db')) as Listed;
      seen = Math.max(...policies.map(({ destination }) => destination.ports.start), 0);
      local = remote;
      fetched++;
    };
    while (isWriting) {
      await poll();
      // Whatever was written up to the mark that the cell holds, it must have seen: it will not ask again.
      while ((marks[expected + 1] ?? local + 1n) <= local) expected++;
      if ((marks[expected] ?? local + 1n) <= local) expect(seen).toBeGreaterThanOrEqual(expected);
    }
    await writing;
    for (const { client } of planes) expect(await client.get('policies')).toContain(`"start":${ROUNDS},`);
    local = 0n;
    await poll();
    expect(seen).toBe(ROUNDS);
    expect(fetched).toBeGreaterThan(100);
    expect(new Set(marks).size).toBe(marks.filter((mark) => mark !== undefined).length + 1);
  }, 240_000);
});

it('a control plane that does not hear the log gives no old list', async () => {
  const nats = await startTestNats();
  const line = await NatsLine.open(nats.port);
  const writing = await startInternalServer(nats, { sqliteFile: '' });
  const cutOff = await startInternalServer({ ...nats, url: line.url }, { sqliteFile: '' });
  const body = policiesBody(wirePolicy('web', 'db', 1));
  const listed = () => cutOff.client.ask('GET', '/networking/v1/internal/policies');
  expect(await listed()).toMatchObject({ status: 200, body: '{"total_policies":0,"policies":[]}' });

  line.deafen();
  expect((await writing.server.request('POST', POLICIES, { body })).status).toBe(200);
  expect(await listed()).toMatchObject({ status: 500, body: '{"error": "database read failed"}' });

  line.cut();
  line.mend();
  let answer = await listed();
  for (let tries = 0; answer.status !== 200 && tries < 20; tries++) answer = await listed();
  expect(answer.body).toContain('"total_policies":1');
  await cutOff.stop();
  await writing.stop();
  await line.close();
  await nats.stop();
}, 90_000);
