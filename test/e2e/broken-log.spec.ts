import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestNats, type TestNats } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';
import { forgeLog, type Forgery } from '../support/forged-log';
import { runHeddle } from '../support/heddle-command';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

interface Status {
  readonly state: string;
  readonly position: number;
  readonly breaks: readonly { kind: string; seq: number }[];
  readonly checkpoint: { seq: number } | null;
}

describe('a log that is not as it was written', () => {
  let [real, forged]: (TestNats | undefined)[] = [];
  let planes: TestControlPlane[] = [];
  afterEach(async () => {
    for (const plane of planes) await plane.stop().catch(() => {});
    planes = [];
    await Promise.all([real?.stop(), forged?.stop()]);
  });

  const add = (plane: TestControlPlane, app: string) =>
    plane.request('POST', POLICIES, { body: policiesBody(wirePolicy(app, 'db')) });
  const status = (plane: TestControlPlane) => plane.get<Status>('/api/v1/audit');
  const acknowledge = (plane: TestControlPlane, reason?: string) =>
    plane.request('POST', '/api/v1/audit/acknowledge', {
      headers: reason === undefined ? {} : { 'x-heddle-reason': reason },
    });

  /** A control plane on a forged copy of the log of another one, which signed it after its third change; empty tables, the same key. */
  async function onForged(forge: Forgery): Promise<TestControlPlane> {
    [real, forged] = [await startTestNats(), await startTestNats()];
    const before = await TestControlPlane.start(real);
    planes.push(before);
    for (const app of ['a', 'b', 'c']) expect((await add(before, app)).status).toBe(200);
    expect((await before.request('POST', '/api/v1/audit/checkpoints')).status).toBe(200);
    expect((await add(before, 'd')).status).toBe(200);
    expect(await status(before)).toMatchObject({ state: 'whole', position: 4, breaks: [], checkpoint: { seq: 3 } });
    await forgeLog(real, forged, forge);
    const directory = await mkdtemp(join(tmpdir(), 'heddle-cp-'));
    await copyFile(join(before.dataDir, 'audit.key'), join(directory, 'audit.key'));
    return begin(directory);
  }

  async function begin(directory: string): Promise<TestControlPlane> {
    const plane = await TestControlPlane.start(forged as TestNats, undefined, directory);
    planes.push(plane);
    return plane;
  }

  it.each<[string, Forgery, { kind: string; seq: number }[]]>([
    [
      'an event in its middle was altered',
      (text, seq) => (seq === 2 ? text.replace('admin', 'nobody') : text),
      [
        { kind: 'unchained', seq: 3 },
        { kind: 'checkpoint', seq: 3 },
      ],
    ],
    [
      'the last event that was signed was altered',
      (text, seq) => (seq === 3 ? text.replace('admin', 'nobody') : text),
      [
        { kind: 'checkpoint', seq: 3 },
        { kind: 'unchained', seq: 4 },
      ],
    ],
    ['its end is gone', (text, seq) => (seq <= 2 ? text : null), [{ kind: 'checkpoint', seq: 3 }]],
  ])(
    'takes no changes when %s, answers, and goes on once that is acknowledged',
    async (_, forge, breaks) => {
      const plane = await onForged(forge);
      const found = await status(plane);
      expect(found.state).toBe('broken');
      expect(found.breaks.map(({ kind, seq }) => ({ kind, seq }))).toEqual(breaks);

      const refused = await add(plane, 'e');
      expect(refused.status).toBe(503);
      expect(refused.body).toContain('heddle audit acknowledge');
      expect((await plane.get<{ total_policies: number }>(POLICIES)).total_policies).toBe(found.position);
      expect(await plane.get('/healthz')).toMatchObject({ status: 'ok', log: { state: 'broken' } });
      expect((await plane.request('GET', '/metrics', { token: null })).body).toContain(
        `heddle_log_breaks{program="control-plane"} ${breaks.length}`,
      );
      expect((await plane.request('POST', '/api/v1/audit/checkpoints')).status).toBe(503);

      expect((await acknowledge(plane)).status).toBe(400);
      expect(JSON.parse((await acknowledge(plane, 'restored from a copy, INC-7')).body)).toMatchObject({
        acknowledged: breaks,
        change: found.position + 1,
      });
      expect(await status(plane)).toMatchObject({
        state: 'whole',
        breaks: [],
        checkpoint: { seq: found.position + 1 },
      });
      expect((await add(plane, 'e')).status).toBe(200);
      expect((await acknowledge(plane, 'again')).status).toBe(409);
      expect(await plane.get(`/api/v1/changes/${found.position + 1}`)).toMatchObject({
        topic: 'audit',
        type: 'breaks-acknowledged.v1',
        actor: { name: 'admin' },
        reason: 'restored from a copy, INC-7',
      });

      await plane.stop({ keepData: true });
      const again = await begin(plane.dataDir);
      expect(await status(again)).toMatchObject({ state: 'whole', position: found.position + 2 });
      expect((await add(again, 'f')).status).toBe(200);
    },
    60_000,
  );

  type Envelope = { type: string; data: Record<string, unknown> };
  /** Alters what the second change says: it added a policy of `b`, which got tag 3. */
  const second =
    (alter: (event: Envelope) => void): Forgery =>
    (text, seq) => {
      if (seq !== 2) return text;
      const event = JSON.parse(text) as Envelope;
      alter(event);
      return JSON.stringify(event);
    };
  const ghost = { source: 'ghost', destination: 'db', protocol: 'tcp', start: 8080, end: 8080 };
  const FORGERIES: readonly [string, Forgery][] = [
    ['what is not what its type says', second(({ data }) => (data.added = 'everything'))],
    ['a type that is none', second((event) => (event.type = 'heddle.policies-vanished.v1'))],
    ['a policy removed that is not there', second(({ data }) => Object.assign(data, { added: [], removed: [ghost] }))],
    ['a policy added that is there', second(({ data }) => (data.added = [{ ...ghost, source: 'a' }]))],
    ['a tag that another app has', second(({ data }) => (data.tagsAllocated = [{ app: 'b', tag: 1 }]))],
    ['no time', second((event) => Object.assign(event, { time: 'yesterday' }))],
  ];

  it.each(FORGERIES)(
    'is read on behind an event that was made to say %s: it is passed over, and what does not hang on it stands',
    async (text, forge) => {
      const plane = await onForged(forge);
      const breaks = ['passed-over 2', 'unchained 3', 'checkpoint 3'];
      const found = await status(plane);
      expect(found.breaks.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual(breaks);
      const sources = async () => {
        const { policies } = await plane.get<{ policies: { source: { id: string } }[] }>(POLICIES);
        return policies.map(({ source }) => source.id);
      };
      expect(await sources()).toEqual(['a', 'c', 'd']);
      expect((await add(plane, 'e')).status).toBe(503);
      expect(await plane.get('/api/v1/changes/2')).toMatchObject({ seq: 2 });
      const { out } = await runHeddle(['changes'], plane);
      expect(out).toMatch(/^ *2 .*^ *1 /ms);
      expect(out.includes('not to be trusted')).toBe(text === 'no time');
      // A replay goes past it, at any speed.
      for (const speed of [[], ['--speed', '1000000']]) {
        const replayed = await runHeddle(['replay', '--from', '1', '--output', 'json', ...speed], plane);
        expect(replayed).toMatchObject({ exitCode: 0, err: '' });
        expect(replayed.out).toMatch(/"seq":1,.*"seq":2,.*"seq":3,/s);
      }
      expect((await acknowledge(plane, 'seen')).status).toBe(200);
      expect((await add(plane, 'e')).status).toBe(200);
      expect(await sources()).toEqual(['a', 'c', 'd', 'e']);
      expect(await runHeddle(['audit', 'compare'], plane)).toMatchObject({ exitCode: 0 });

      await plane.stop({ keepData: true });
      const again = await begin(plane.dataDir);
      expect(await status(again)).toMatchObject({ state: 'whole', position: 6 });
      expect((await add(again, 'f')).status).toBe(200);
    },
    60_000,
  );

  it('leaves nothing of an event in tables from before it was altered, once that is acknowledged', async () => {
    await onForged(second(({ data }) => (data.added = 'everything')));
    const [before, fresh] = planes as [TestControlPlane, TestControlPlane];
    await Promise.all([before.stop({ keepData: true }), fresh.stop()]);
    const plane = await begin(before.dataDir);
    // The tag of an app that was never given one is free, and so given to the next.
    expect((await acknowledge(plane, 'seen')).status).toBe(200);
    expect((await add(plane, 'e')).status).toBe(200);
    const { tags } = await plane.get<{ tags: { app: string; tag: number }[] }>('/api/v1/tags');
    expect(Object.fromEntries(tags.map(({ app, tag }) => [app, tag]))).toEqual({ a: 1, db: 2, e: 3, c: 4, d: 5 });
    expect(await runHeddle(['audit', 'compare'], plane)).toMatchObject({ exitCode: 0 });
  }, 60_000);

  it('is not read by one who cannot tell an event that was altered from one of a newer version', async () => {
    const atEnd: Forgery = (text, seq) => (seq === 4 ? text.replace('changed.v1', 'changed.v2') : text);
    await expect(onForged(atEnd)).rejects.toThrow(
      "event 4 has type 'policies-changed.v2', which this version does not know: upgrade before reading this log",
    );
  }, 60_000);

  it('is whole for one who does not know the key, where only a checkpoint contradicts', async () => {
    await onForged((text, seq) => (seq <= 2 ? text : null));
    const stranger = await begin(await mkdtemp(join(tmpdir(), 'heddle-cp-')));
    expect((await status(stranger)).state).toBe('whole');
  }, 60_000);
});
