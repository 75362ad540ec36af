import { ReportSender } from '@heddle/cell-protocol';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import { createParser } from 'eventsource-parser';
import { TestControlPlane } from '../support/control-plane';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown> & { readonly seq?: number; readonly cell?: string };
}

const tcp = (start: number, end = start) => ({ protocol: 'tcp', start, end });

describeOnEachDatabase('the replay of a window', (databases) => {
  let nats: TestNats;
  let server: TestControlPlane;

  beforeAll(async () => {
    nats = await startTestNats();
    const location = await databases.fresh();
    server = await TestControlPlane.start(nats, 'databaseUrl' in location ? location.databaseUrl : undefined);
  }, 90_000);
  afterAll(async () => {
    await server?.stop();
    await nats?.stop();
  });

  const send = async (path: string, ...policies: ReturnType<typeof wirePolicy>[]) => {
    const { status } = await server.request('POST', path, { body: policiesBody(...policies) });
    expect(status).toBe(200);
  };
  const refusal = async (query: string, id?: string) => {
    const sent = id === undefined ? {} : { headers: { 'last-event-id': id } };
    const { status, body } = await server.request('GET', `/api/v1/replay${query}`, sent);
    const { code, detail } = JSON.parse(body) as { code: string; detail: string };
    return [status, code, detail];
  };
  const replay = async (query: string, id?: string): Promise<Told[]> => {
    const sent = id === undefined ? {} : { headers: { 'last-event-id': id } };
    const { status, headers, body } = await server.request('GET', `/api/v1/replay${query}`, sent);
    expect([status, headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const told: Told[] = [];
    const parser = createParser({
      onEvent: ({ id = '', event = '', data }) => told.push({ id, event, data: JSON.parse(data) as Told['data'] }),
    });
    parser.feed(body);
    return told;
  };
  /** What is told behind an event is what was told behind it before, whichever it is. */
  const expectToGoOn = async (query: string) => {
    const whole = await replay(query);
    for (const [i, { id }] of whole.entries()) {
      const [hello, ...rest] = await replay(query, id);
      expect(hello).toMatchObject({
        id,
        event: 'hello',
        data: { last: whole[0]?.data.last, until: whole[0]?.data.until },
      });
      expect(rest).toEqual(i < whole.length - 1 ? whole.slice(i + 1) : whole.slice(-1));
    }
  };
  const words = ({ event, data }: Told) => [event, data.seq ?? data.cell].filter((one) => one !== undefined).join(' ');

  it('of an empty log is refused', async () => {
    expect(await refusal('?from=1')).toEqual([404, 'no-such-change', 'from: there is no change 1: the log is empty']);
    expect((await refusal('?from=5m%20ago')).slice(0, 2)).toEqual([404, 'before-the-log']);
  });

  it('tells changes with what they opened and closed, and what cells said in between', async () => {
    await send(POLICIES, wirePolicy('web', 'db', 80), wirePolicy('web', 'api', 80));
    const sender = new ReportSender(await nats.connect('cell'), 'cell-1');
    const container = { handle: 'db-0', app: 'db', index: 0, address: '10.255.1.2', space: null, org: null };
    sender.holds({ cell: 'cell-1', containers: [container] });
    await until(async () => (await replay('?from=1')).some(({ event }) => event === 'placement'));
    await send(POLICIES, wirePolicy('web', 'db', 79, 81));
    const receipt = { documents: [{ key: 'app:db', rev: 2 }], enforcedAtMs: Date.now(), flowsCut: 0 } as const;
    sender.enforced({ cell: 'cell-1', enforcedUpTo: 2, changes: [2], ...receipt });
    await until(async () => (await replay('?from=2')).some(({ event }) => event === 'receipt'));
    await send(DELETE, wirePolicy('web', 'db', 80), wirePolicy('web', 'api', 80));
    await sender.close();

    const told = await replay('?from=1');
    expect(told.map(words)).toEqual([
      'hello',
      'change 1',
      'placement cell-1',
      'change 2',
      'receipt cell-1',
      'change 3',
      'end',
    ]);
    expect(told[0]?.data).toMatchObject({ first: 1, last: 3, reportsSince: null });
    const pair = (destination: string) => ({ source: 'web', destination });
    expect(told.flatMap(({ event, data }) => (event === 'change' ? [data.reach] : []))).toEqual([
      expect.arrayContaining([
        { ...pair('api'), before: [], after: [tcp(80)], opens: [tcp(80)], closes: [] },
        { ...pair('db'), before: [], after: [tcp(80)], opens: [tcp(80)], closes: [] },
      ]),
      [{ ...pair('db'), before: [tcp(80)], after: [tcp(79, 81)], opens: [tcp(79), tcp(81)], closes: [] }],
      [{ ...pair('api'), before: [tcp(80)], after: [], opens: [], closes: [tcp(80)] }],
    ]);
    expect(told[1]?.data).toMatchObject({ type: 'policies-changed.v1', actor: { name: 'admin' } });
    expect(told[4]?.data).toMatchObject({
      enforcedUpTo: 2,
      changes: [2],
      at: expect.stringMatching(/^20.*Z$/) as string,
    });
  }, 60_000);

  it('is bounded at both ends, by changes and by times', async () => {
    expect((await replay('?from=2&to=2')).map(words)).toEqual(['hello', 'change 2', 'receipt cell-1', 'end']);
    expect((await replay('?from=3')).map(words)).toEqual(['hello', 'change 3', 'end']);
    const { changes } = await server.get<{ changes: { seq: number; time: string }[] }>('/api/v1/changes');
    const [third = '', second = '', first = ''] = changes.map(({ time }) => time);
    const at = (time: string, laterMs = 0) => new Date(Date.parse(time) + laterMs).toISOString();
    expect((await replay(`?from=${at(second)}&to=${at(third, -1)}`)).map(words)).toEqual([
      ...['hello', 'change 2', 'receipt cell-1', 'end'],
    ]);
    expect((await replay(`?from=1&to=${encodeURIComponent(first)}`)).map(words)).toEqual(['hello', 'change 1', 'end']);
    expect((await replay(`?from=${encodeURIComponent(first)}&to=1&cell=cell-2`)).map(words)).toEqual([
      ...['hello', 'change 1', 'end'],
    ]);
  }, 60_000);

  it('refuses ends that are no moments of the past', async () => {
    expect(await refusal('')).toEqual([400, 'invalid-request', expect.stringContaining('from') as string]);
    expect((await refusal('?from=yesterday'))[1]).toBe('invalid-request');
    expect(await refusal('?from=1&to=9')).toEqual([
      404,
      'no-such-change',
      'to: there is no change 9: the log has the changes 1 to 3',
    ]);
    expect((await refusal('?from=2020-01-01T00:00:00Z')).slice(0, 2)).toEqual([404, 'before-the-log']);
    expect((await refusal('?from=1&to=2999-01-01T00:00:00Z')).slice(0, 2)).toEqual([400, 'in-the-future']);
    expect((await refusal('?from=3&to=2')).slice(0, 2)).toEqual([400, 'inverted-window']);
    expect((await refusal('?from=0s%20ago&to=1')).slice(0, 2)).toEqual([400, 'inverted-window']);
    for (const speed of ['0', '-1', 'fast', '1e9']) expect((await refusal(`?from=1&speed=${speed}`))[0]).toBe(400);
  });

  it('is for who may see everything', async () => {
    const seen = async (scope: string) =>
      (await server.request('GET', '/api/v1/replay?from=1', { token: await server.tokenFor('eve', [scope]) })).status;
    expect([await seen('audit.read'), await seen('network.write')]).toEqual([200, 403]);
  });

  it('goes on behind any of its events, with what was left of it', async () => {
    await expectToGoOn('?from=1');
    await expectToGoOn('?from=2&to=2&cell=cell-1');
    await expectToGoOn('?from=1&to=3&cell=cell-2');
    const [hello, first] = await replay('?from=1&to=3');
    const [again, ...rest] = await replay('?from=1&to=3', first?.id);
    expect(again?.data).toEqual({ ...hello?.data, first: 2, since: expect.any(String) as string });
    expect(Date.parse(String(again?.data.since)) - Date.parse(String(first?.data.time))).toBeLessThanOrEqual(1);
    expect(rest.map(words)).toEqual(['placement cell-1', 'change 2', 'receipt cell-1', 'change 3', 'end']);
    expect(await replay(`?from=1&lastEventId=${first?.id}`)).toEqual([again, ...rest]);
    // A tenth as fast, the pause before the next one is as long as it would have been.
    const tookMs = Date.parse(String(rest[0]?.data.at)) - Date.parse(String(first?.data.time));
    const beganMs = performance.now();
    expect((await replay('?from=1&speed=0.1', first?.id)).length).toBe(6);
    expect(performance.now() - beganMs).toBeGreaterThan(Math.min(tookMs * 10, 5_000) - 50);
  }, 120_000);

  it('does not go on behind what is no event of a replay of this log', async () => {
    const [{ id } = { id: '' }] = await replay('?from=1');
    const numbers = id.split('-');
    const other = (place: number) =>
      numbers.map((number, i) => (i === place ? String(Number(number) + 1_000) : number)).join('-');
    for (const unknown of ['7.1', 'x', other(1), other(3)])
      expect((await refusal('?from=1', unknown)).slice(0, 2)).toEqual([400, 'unknown-event-id']);
    expect((await refusal('', id)).slice(0, 2)).toEqual([400, 'invalid-request']);
  });

  it('goes as fast as it is wanted, and stops when its client has gone', async () => {
    const { changes } = await server.get<{ changes: { time: string }[] }>('/api/v1/changes');
    const tookMs = Date.parse(changes.at(0)?.time ?? '') - Date.parse(changes.at(-1)?.time ?? '');
    const beganMs = performance.now();
    expect((await replay('?from=1&to=3&speed=1')).length).toBe(7);
    expect(performance.now() - beganMs).toBeGreaterThan(Math.min(tookMs, 5_000) - 50);
  }, 60_000);

  it('reads no further than its client, and stops when that has gone', async () => {
    const sender = new ReportSender(await nats.connect('cell'), 'cell-2');
    for (let n = 0; n < 50; n++)
      sender.enforced({ cell: 'cell-2', enforcedUpTo: 3, changes: [], documents: [], enforcedAtMs: n, flowsCut: 0 });
    await until(async () => (await replay('?from=3')).length === 53);
    await sender.close();
    const manager = await (await nats.connect('control')).jetstreamManager();
    const readers = async () => (await manager.streams.info('HEDDLE_CELLS')).state.consumer_count;
    // That of the control plane itself; those of the replays above go when the server misses them.
    await until(async () => (await readers()) === 1, { withinMs: 60_000 });
    const gone = new AbortController();
    const options = { headers: { authorization: `bearer ${server.token}` }, signal: gone.signal };
    // Each pause as long as pauses may be: all of it would take minutes.
    const slow = await fetch(new URL('/api/v1/replay?from=1&speed=0.000001', server.url), options);
    await slow.body?.getReader().read();
    await until(async () => (await readers()) === 2, { withinMs: 60_000 });
    gone.abort();
    await until(async () => (await readers()) === 1, { withinMs: 60_000 });
  }, 240_000);

  it('tells with a change where it is in force, when what cells said is not kept any more', async () => {
    const manager = await (await nats.connect('control')).jetstreamManager();
    await manager.streams.purge('HEDDLE_CELLS');
    expect((await replay('?from=2&to=2')).map(words)).toEqual(['hello', 'change 2', 'enforcement 2', 'end']);
    const [, , enforcement] = await replay('?from=2&to=2');
    expect(enforcement?.data).toMatchObject({ state: 'in-force', cells: [{ cell: 'cell-1', state: 'enforced' }] });
    await expectToGoOn('?from=1&to=3');
  }, 60_000);

  it('ends where it was to end, whatever has happened since', async () => {
    const whole = await replay('?from=1');
    await send(POLICIES, wirePolicy('later', 'db', 80));
    await send(DELETE, wirePolicy('later', 'db', 80));
    expect((await replay('?from=1')).length).toBeGreaterThan(whole.length);
    expect((await replay('?from=1', whole[2]?.id)).slice(1)).toEqual(whole.slice(3));
  }, 60_000);
});
