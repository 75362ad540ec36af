import { isDeepStrictEqual } from 'node:util';
import type { AppDocument } from '@heddle/calc';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { DirectReader } from './direct-read';
import { jsonOf } from './json-of';
import { StatePublisher, type StateUpdate } from './state-publisher';
import { ensureCellStreams, STATE_STREAM } from './streams';
import { liveSubject, stateSubject } from './subjects';

const document = (app: string, rev: number): AppDocument => ({ app, rev, tag: 1, inbound: [] });
/** A change that makes the documents of these apps new. */
const change = (seq: number, ...apps: string[]): StateUpdate => ({
  seq,
  documents: apps.map((app) => ({ subject: stateSubject.app(app), render: (rev) => document(app, rev) })),
});

describe('the publisher of documents', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let publishers: StatePublisher[];
  /** What was republished: subject and revision, in order. */
  let heard: [subject: string, rev: number][];

  beforeEach(async () => {
    nats = await startTestNats();
    connection = await nats.connect();
    await ensureCellStreams(connection);
    publishers = [];
    heard = [];
    connection.subscribe('heddle.live.>', {
      callback: (_, message) =>
        heard.push([message.subject, (jsonOf(message.data) as { rev: number } | null)?.rev ?? 0]),
    });
    await connection.flush();
  });
  afterEach(async () => {
    await Promise.all(publishers.map((publisher) => publisher.close()));
    await nats.stop();
  });

  async function open(): Promise<StatePublisher> {
    const publisher = await StatePublisher.open(await nats.connect());
    publishers.push(publisher);
    return publisher;
  }
  async function stored(subject: string): Promise<unknown> {
    const message = await new DirectReader(connection, STATE_STREAM).newest(subject);
    return message && jsonOf(message.data);
  }
  /** Without the publisher's mark, which follows at a distance. */
  const documentsHeard = () => heard.filter(([subject]) => subject !== liveSubject(stateSubject.cursor));
  const marked = (rev: number) => until(() => heard.some(([subject, at]) => /cursor$/.test(subject) && at >= rev));

  it('begins at 0, stores documents of apps and leases, and says when all of them are there', async () => {
    const publisher = await open();
    expect(publisher.publishedUpTo).toBe(0);
    const lease = (rev: number) => ({ cell: 'cell-1', rev, peer: null });
    const ofLease = { subject: stateSubject.lease('cell-1'), render: lease };
    publisher.publish({ seq: 4, documents: [...change(4, 'web').documents, ofLease] });
    await marked(4);
    expect(await stored(stateSubject.app('web'))).toEqual(document('web', 4));
    expect(await stored(stateSubject.lease('cell-1'))).toEqual({ cell: 'cell-1', rev: 4, peer: null });
    expect((await open()).publishedUpTo).toBe(4);
  });

  it('publishes each document as the last change left it, and marks no change before all of its documents are there', async () => {
    const publisher = await open();
    const apps = Array.from({ length: 10 }, (_, i) => `app-${i}`);
    const touched = (seq: number): string[] => apps.slice(seq % 5);
    for (let seq = 1; seq <= 50; seq++) {
      publisher.publish(change(seq, ...touched(seq)));
      if (seq % 7 === 0) await new Promise(setImmediate);
    }
    await marked(50);
    for (const app of apps) {
      const revisions = documentsHeard().flatMap(([subject, rev]) => (subject.endsWith(`.${app}`) ? [rev] : []));
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    }
    for (const [i, [subject, mark]] of heard.entries()) {
      if (!/cursor$/.test(subject)) continue;
      for (let seq = 1; seq <= mark; seq++) {
        const missing = touched(seq).filter(
          (app) => !heard.slice(0, i).some(([other, rev]) => other.endsWith(`.${app}`) && rev >= seq),
        );
        expect([seq, missing]).toEqual([seq, []]);
      }
    }
    expect(documentsHeard().length).toBeLessThan(50 * 8);
  });

  it('leaves a newer document as it is', async () => {
    const [fast, slow] = [await open(), await open()];
    fast.publish(change(9, 'web'));
    await marked(9);
    for (let seq = 7; seq <= 9; seq++) slow.publish(change(seq, 'web', 'db'));
    await until(() => heard.some(([subject, rev]) => subject === 'heddle.live.app.db' && rev === 9));
    await slow.close();
    expect(heard.filter(([subject]) => subject === 'heddle.live.app.web')).toEqual([['heddle.live.app.web', 9]]);
    expect(await stored(stateSubject.cursor)).toEqual({ rev: 9 });
  });

  it.each(['no JSON', '{}', '{"rev":"7"}', 'null'])(
    'puts a document in the place of what is none: %s',
    async (text) => {
      await connection.jetstream().publish(stateSubject.app('web'), text);
      await connection.jetstream().publish(stateSubject.cursor, text);
      const publisher = await open();
      expect(publisher.publishedUpTo).toBe(0);
      publisher.publish(change(1, 'web'));
      await until(() => heard.filter(([, rev]) => rev === 1).length === 2);
      expect(await stored(stateSubject.app('web'))).toEqual(document('web', 1));
    },
  );

  it.each(['a.b c*>~\n', '\ud800', 'é'.repeat(10_000)])('finds a place for an app of any name', async (app) => {
    const publisher = await open();
    publisher.publish(change(1, app));
    await marked(1);
    expect(await stored(stateSubject.app(app))).toEqual(document(app, 1));
  });

  it('loses nothing when the server is killed and comes back', async () => {
    const publisher = await open();
    for (let seq = 1; seq <= 200; seq++) publisher.publish(change(seq, `app-${seq}`));
    await until(() => heard.length > 20);
    await nats.kill();
    for (let seq = 201; seq <= 210; seq++) publisher.publish(change(seq, `app-${seq}`));
    await nats.restart();
    await until(async () => isDeepStrictEqual(await stored(stateSubject.cursor).catch(() => undefined), { rev: 210 }));
    for (let seq = 1; seq <= 210; seq++)
      expect(await stored(stateSubject.app(`app-${seq}`))).toEqual(document(`app-${seq}`, seq));
  });

  it('tries again as one while the server is away, however many documents wait', async () => {
    const listening = countAbortListeners();
    const publisher = await open();
    await nats.kill();
    publisher.publish(change(1, ...Array.from({ length: 40 }, (_, i) => `app-${i}`)));
    // By then the first answer was given up, and all have been tried again.
    await until(() => listening.most > 0);
    await nats.restart();
    await until(async () => isDeepStrictEqual(await stored(stateSubject.cursor).catch(() => undefined), { rev: 1 }));
    listening.stop();
    expect(listening.most).toBeLessThan(10);
  });

  it('stops at once when it is closed while the server is away', async () => {
    const publisher = await open();
    await nats.kill();
    publisher.publish(change(1, 'web'));
    const before = performance.now();
    await publisher.close();
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

/** How many listen for an abort at the same time, at most; Node warns of a leak above ten on one signal. */
function countAbortListeners() {
  let now = 0;
  const counted = { most: 0, stop: () => spies.forEach((spy) => spy.mockRestore()) };
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const spies = [
    jest.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (this: EventTarget, ...given) {
      if (given[0] === 'abort') counted.most = Math.max(counted.most, ++now);
      return addEventListener.apply(this, given);
    }),
    jest.spyOn(EventTarget.prototype, 'removeEventListener').mockImplementation(function (this: EventTarget, ...given) {
      if (given[0] === 'abort') now--;
      return removeEventListener.apply(this, given);
    }),
  ];
  return counted;
}
