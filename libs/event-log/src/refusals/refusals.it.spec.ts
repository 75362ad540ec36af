import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { LogUnavailable } from '../event-log';
import { listRefusals, type RefusalFilter } from './list-refusals';
import { LARGEST_REFUSAL_BYTES, type Refusal } from './refusal';
import { RefusalRecorder, type RefusalOutcome } from './refusal-recorder';
import { ensureRefusedStream, REFUSED_STREAM } from './refusal-stream';

const RETENTION = { maxAgeMs: 86_400_000, maxBytes: 2 ** 20, maxCount: 1_000 };
const webToDb = { source: 'web', destination: 'db', protocol: 'tcp', start: 80, end: 80 } as const;

function refusal(n: number, members: Partial<Refusal> = {}): Refusal {
  return {
    time: new Date(Date.UTC(2026, 10, 22, 9, 0, n)).toISOString(),
    actor: { name: 'ann', userId: 'u-1' },
    address: '10.0.0.7',
    correlationId: `request-${n}`,
    asked: { method: 'POST', path: '/policies', command: 'add-policies', policies: 1, named: [webToDb] },
    ...{ status: 403, code: 'quota-exceeded', message: 'policy quota exceeded' },
    ...members,
  };
}

describe('refused attempts', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let recorders: RefusalRecorder[] = [];
  let outcomes: RefusalOutcome[];
  let stalls: number;

  beforeAll(async () => {
    nats = await startTestNats();
    connection = await nats.connect();
  }, 30_000);
  beforeEach(() => {
    outcomes = [];
    stalls = 0;
  });
  afterEach(async () => {
    for (const recorder of recorders) await recorder.close();
    recorders = [];
    const { streams } = await connection.jetstreamManager();
    await streams.delete(REFUSED_STREAM);
  });
  afterAll(() => nats.stop());

  function open(retention = RETENTION): RefusalRecorder {
    const recorder = new RefusalRecorder(connection, retention, {
      outcome: (outcome) => outcomes.push(outcome),
      stalled: () => stalls++,
    });
    recorders.push(recorder);
    return recorder;
  }
  const kept = async (count: number, withinMs = 10_000) =>
    until(() => outcomes.filter((outcome) => outcome === 'kept').length === count, { withinMs });
  const list = (filter: Partial<RefusalFilter> = {}) => listRefusals(connection, { limit: 50, ...filter });
  const ids = async (filter: Partial<RefusalFilter> = {}) =>
    (await list(filter)).refusals.map(({ correlationId }) => Number(correlationId.replace('request-', '')));

  it('are given back as they were noted, the newest first', async () => {
    const recorder = open();
    const bare = refusal(2, { actor: { name: 'cell-9' }, asked: { method: 'GET', path: '/x?y' }, address: undefined });
    recorder.note(refusal(1, { reason: 'NET-42 für „db“' }));
    recorder.note(bare);
    await kept(2);
    expect(await list()).toEqual({
      refusals: [
        { ...bare, seq: 2 },
        { ...refusal(1, { reason: 'NET-42 für „db“' }), seq: 1 },
      ],
      next: null,
    });
  });

  it('are none where nothing was refused', async () => {
    open();
    await until(async () =>
      (await connection.jetstreamManager()).streams.info(REFUSED_STREAM).then(Boolean, () => false),
    );
    expect(await list()).toEqual({ refusals: [], next: null });
  });

  it('are listed page by page, by app, actor and time', async () => {
    const recorders = [open(), open()];
    const other = { ...webToDb, source: 'api', destination: 'cache' };
    for (let n = 1; n <= 8; n++) {
      const asked = { method: 'POST', path: '/', named: [n % 2 ? webToDb : other] };
      recorders[n % 2]?.note(refusal(n, { actor: { name: n > 4 ? 'bob' : 'ann' }, asked }));
      await kept(n);
    }
    expect(await ids()).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    const first = await list({ app: 'db', limit: 2 });
    expect(first.refusals.map(({ seq }) => seq)).toEqual([7, 5]);
    expect(await ids({ app: 'db', limit: 2, beforeSeq: first.next ?? 0 })).toEqual([3, 1]);
    expect((await list({ app: 'db', limit: 2, beforeSeq: 5 })).next).toBeNull();
    expect(await ids({ app: 'cache', actor: 'bob' })).toEqual([8, 6]);
    expect(await ids({ actor: 'bo' })).toEqual([]);
    const at = (n: number) => Date.parse(refusal(n).time);
    expect(await ids({ sinceMs: at(3), untilMs: at(6) })).toEqual([5, 4, 3]);
    expect(await ids({ beforeSeq: 1 })).toEqual([]);
  });

  it('of one actor push out none of another, however many they are, and gaps are read over', async () => {
    await ensureRefusedStream(connection, { ...RETENTION, maxCount: 1_000 });
    const recorder = open();
    recorder.note(refusal(0, { actor: { name: 'quiet' } }));
    for (let n = 1; n <= 40; n++) recorder.note(refusal(n, { actor: { name: 'loud' } }));
    await kept(41);
    // A hundredth of 1000.
    expect(await ids()).toEqual([40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 0]);
    expect(await ids({ limit: 2, beforeSeq: 33 })).toEqual([31, 0]);
  });

  it('get new limits when a control plane comes with others', async () => {
    const { streams } = await connection.jetstreamManager();
    await ensureRefusedStream(connection, RETENTION);
    await ensureRefusedStream(connection, { maxAgeMs: 1_000_000, maxBytes: 2 ** 21, maxCount: 500 });
    expect((await streams.info(REFUSED_STREAM)).config).toMatchObject({
      ...{ max_age: 1e12, max_bytes: 2 ** 21, max_msgs: 500, max_msgs_per_subject: 5 },
    });
  });

  it('are cut to size, whatever a client sends', async () => {
    const huge = '\u0001'.repeat(100_000);
    open().note(
      refusal(1, {
        actor: { name: huge, userId: huge, clientId: huge },
        ...{ reason: huge, correlationId: huge, message: huge },
        asked: { method: 'POST', path: huge, policies: 1, named: [{ ...webToDb, source: huge }] },
      }),
    );
    await kept(1);
    const [found] = (await list()).refusals;
    expect(found?.asked).toEqual({ method: 'POST', path: huge.slice(0, 500), policies: 1 });
    expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThan(LARGEST_REFUSAL_BYTES);
  });

  it('wait while the server is away, as many as there is room for, and are stored once it is back', async () => {
    const recorder = open();
    recorder.note(refusal(1));
    await kept(1);
    await nats.kill();
    for (let n = 2; n <= 1_200; n++) recorder.note(refusal(n, { actor: { name: `actor-${n}` } }));
    expect(outcomes.filter((outcome) => outcome === 'over-queue')).toHaveLength(199);
    await until(() => stalls === 1);
    await nats.restart();
    await kept(1_001, 60_000);
    expect((await ids({ limit: 500 })).slice(0, 3)).toEqual([1_001, 1_000, 999]);
    // One that was sent, but not acknowledged, is not stored twice.
    expect(new Set(await ids({ limit: 500 })).size).toBe(500);
  }, 90_000);

  it('cannot be listed while the server is away', async () => {
    const away = await nats.connect();
    open();
    await away.close();
    await expect(listRefusals(away, { limit: 1 })).rejects.toThrow(LogUnavailable);
  });
});
