import type { AppDocument } from '@heddle/calc';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import type { DocumentOwner } from './document-owner';
import { DocumentReader } from './document-reader';
import { jsonOf } from './json-of';
import { storedFormOf } from './shards';
import { StatePublisher } from './state-publisher';
import type { RebuildOrder, RebuildProgress } from './state-rebuild';
import { StateWatch } from './state-watch';
import { ensureCellStreams, STATE_STREAM } from './streams';
import { stateSubject } from './subjects';
import { HeardDocuments } from './testing/heard-documents';

const APPS = Array.from({ length: 600 }, (_, i) => `app-${i}`);
const MAX_PAYLOAD_BYTES = 64 * 1024;

describe('a rebuild of the state stream', () => {
  const never = new AbortController().signal;
  let nats: TestNats;
  let control: NatsConnection;
  let publisher: StatePublisher;
  /** The newest change of the log. */
  let position: number;
  /** The tag of each app that takes part in a policy, as the log has it. */
  let tags: Map<string, number>;

  beforeAll(async () => {
    nats = await startTestNats({ maxPayloadBytes: MAX_PAYLOAD_BYTES });
    control = await nats.connect('control');
    await ensureCellStreams(control);
  });
  beforeEach(async () => {
    await (await control.jetstreamManager()).streams.purge(STATE_STREAM);
    publisher = await StatePublisher.open(control);
    [position, tags] = [0, new Map()];
    APPS.forEach((app) => change(app, 1));
    await published();
  });
  afterEach(() => publisher.close());
  afterAll(() => nats.stop());

  const document = (app: string, rev: number): AppDocument => ({ app, rev, tag: tags.get(app) ?? null, inbound: [] });
  /** A change that gives an app another tag, or none. */
  function change(app: string, tag: number | null): void {
    position++;
    if (tag === null) tags.delete(app);
    else tags.set(app, tag);
    const render = (rev: number) => document(app, rev);
    publisher.publish({ seq: position, documents: [{ subject: stateSubject.app(app), render }] });
  }
  const published = () =>
    until(async () => ((await stored(stateSubject.cursor)) as { rev?: number })?.rev === position);
  const stored = async (subject: string): Promise<unknown> =>
    jsonOf((await new DocumentReader(control).newest(subject, never))?.data ?? new Uint8Array());
  const put = (subject: string, body: unknown) =>
    control.jetstream().publish(subject, typeof body === 'string' ? body : JSON.stringify(body));

  const render = ({ kind, name }: DocumentOwner, rev: number): object =>
    kind === 'app'
      ? document(name, rev)
      : kind === 'lease'
        ? { cell: name, rev, peer: null }
        : { space: name, rev, groups: [] };
  const rebuild = (order: Partial<RebuildOrder> = {}, by = publisher): Promise<RebuildProgress> =>
    by.rebuild({
      ...{ owners: [...tags.keys()].map((name) => ({ kind: 'app' as const, name })), render },
      ...{ position: () => position, signal: never, onProgress: () => {}, ...order },
    });
  async function expectTheLog(): Promise<void> {
    const documents = await Promise.all([...tags.keys()].map((app) => stored(stateSubject.app(app))));
    expect(documents).toEqual([...tags.keys()].map((app) => document(app, position)));
  }

  it('makes every document anew after a purge, at the newest change, and says up to where all is there', async () => {
    await (await control.jetstreamManager()).streams.purge(STATE_STREAM);
    expect(await rebuild()).toEqual({ done: APPS.length, of: APPS.length, strays: 0 });
    await expectTheLog();
    expect(await stored(stateSubject.cursor)).toEqual({ rev: position });
    change('app-0', 7);
    await published();
    expect(await stored(stateSubject.app('app-0'))).toEqual(document('app-0', position));
  });

  it.each([
    ['no JSON', () => 'no JSON'],
    ['of the newest revision', () => ({ ...document('app-1', position), tag: 99 })],
    ['of a revision that no change has', () => ({ ...document('app-1', position + 1_000), tag: 99 })],
    ['that names shards which are not there', () => ({ rev: position, shards: 2, digest: 'a'.repeat(43) })],
  ])('puts the right one in the place of a document that is %s', async (_, forged) => {
    await put(stateSubject.app('app-1'), forged());
    await put(stateSubject.cursor, { rev: position + 1_000 });
    await rebuild();
    await expectTheLog();
    expect(await stored(stateSubject.cursor)).toEqual({ rev: position });
  });

  it('is heard by those who took a forged document of the same revision for the right one', async () => {
    const heard = new HeardDocuments();
    const watch = new StateWatch(await nats.connect('cell'), heard);
    await watch.watchApp('app-1');
    await rebuild();
    await put(stateSubject.app('app-1'), { ...document('app-1', position), tag: 99 });
    await until(() => heard.apps.at(-1)?.tag === 99);
    await rebuild();
    await until(() => heard.apps.at(-1)?.tag === 1);
    await watch.close();
  });

  it('takes back what no change explains: documents of strangers are emptied, all else is removed', async () => {
    const odd = 'a.b *😀';
    for (const app of ['stranger', odd]) await put(stateSubject.app(app), { app, rev: 5, tag: 5, inbound: [] });
    await put(stateSubject.app('broken'), 'no JSON');
    const peer = {
      underlayAddress: '10.0.0.9',
      overlaySubnet: '10.255.9.0/24',
      overlayHardwareAddress: 'ee:ee:0a:ff:09:00',
    };
    await put(stateSubject.lease('cell-9'), { cell: 'cell-9', rev: 3, peer: { cell: 'cell-9', ...peer } });
    await put(stateSubject.lease('cell-8'), { cell: 'cell-8', rev: 3, ended: 'released', peer: null });
    await put('heddle.state.nonsense', 'x');
    const large = Buffer.alloc(100_000, 'x');
    for (const { subject, data } of storedFormOf(stateSubject.app('app-1'), 1, large, MAX_PAYLOAD_BYTES).shards)
      await control.jetstream().publish(subject, data);

    expect((await rebuild()).strays).toBe(7);
    for (const app of ['stranger', odd, 'broken'])
      expect(await stored(stateSubject.app(app))).toEqual({ app, rev: position, tag: null, inbound: [] });
    expect(await stored(stateSubject.lease('cell-9'))).toEqual({ cell: 'cell-9', rev: position, peer: null });
    expect(await stored(stateSubject.lease('cell-8'))).toMatchObject({ rev: 3, ended: 'released' });
    const { state } = await (await control.jetstreamManager()).streams.info(STATE_STREAM);
    expect(state.messages).toBe(APPS.length + 6);
    expect((await rebuild()).strays).toBe(0);
  });

  it('leaves shards that a newer document may still name', async () => {
    const [shard] = storedFormOf(
      stateSubject.app('app-1'),
      position + 1,
      Buffer.alloc(100_000),
      MAX_PAYLOAD_BYTES,
    ).shards;
    await control.jetstream().publish(shard!.subject, shard!.data);
    await rebuild();
    expect(await new DocumentReader(control).newest(shard!.subject, never)).toBeDefined();
  });

  it('may be cut off and run again, beside another one and beside changes', async () => {
    const other = await StatePublisher.open(await nats.connect('control'));
    await (await control.jetstreamManager()).streams.purge(STATE_STREAM);
    const stop = new AbortController();
    const cutOff = rebuild({
      signal: stop.signal,
      onProgress: ({ done }) => done > 0 && stop.abort(new Error('enough')),
    });
    await expect(cutOff).rejects.toThrow('enough');
    const running = Promise.all([rebuild(), rebuild({}, other)]);
    for (let i = 0; i < 50; i++) {
      change(APPS[i * 7]!, i % 3 === 0 ? null : 100 + i);
      if (i % 5 === 0) await control.flush();
    }
    await running;
    await published();
    await rebuild();
    for (const app of APPS) expect(await stored(stateSubject.app(app))).toMatchObject({ tag: tags.get(app) ?? null });
    await other.close();
  });
});
