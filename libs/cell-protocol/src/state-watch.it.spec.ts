import type { AppDocument, LeaseDocument } from '@heddle/calc';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { READING_TIMES } from './beat-watch';
import { StateWatch } from './state-watch';
import { ensureCellStreams, STATE_STREAM } from './streams';
import { liveSubject, stateSubject } from './subjects';
import { HeardDocuments } from './testing/heard-documents';

const document = (app: string, rev: number): AppDocument => ({ app, rev, tag: 1, inbound: [] });
const lease = (n: number, rev: number): LeaseDocument => ({
  cell: `cell ${n}`,
  rev,
  peer: {
    cell: `cell ${n}`,
    underlayAddress: `10.0.${n >> 8}.${n & 255}`,
    overlaySubnet: `10.${n >> 8}.${n & 255}.0/24`,
    overlayHardwareAddress: 'ee:ee:0a:ff:01:00',
  },
});

describe('what a cell hears of documents', () => {
  let nats: TestNats;
  let control: NatsConnection;
  let cell: NatsConnection;
  let heard: HeardDocuments;
  let watch: StateWatch;

  beforeAll(async () => {
    nats = await startTestNats();
    control = await nats.connect('control');
    await ensureCellStreams(control);
  });
  beforeEach(async () => {
    await (await control.jetstreamManager()).streams.purge(STATE_STREAM);
    heard = new HeardDocuments();
    cell = await nats.connect('cell');
    watch = new StateWatch(cell, heard);
  });
  afterEach(() => watch.close());
  afterAll(() => nats.stop());

  const store = (subject: string, body: unknown) =>
    control.jetstream().publish(subject, typeof body === 'string' ? body : JSON.stringify(body));
  const storeApp = (app: string, rev: number) => store(stateSubject.app(app), document(app, rev));
  /** A message that passes by without being stored: one that comes twice, late, or broken. */
  const passBy = async (app: string, body: unknown) => {
    control.publish(liveSubject(stateSubject.app(app)), typeof body === 'string' ? body : JSON.stringify(body));
    await control.flush();
  };

  it('what is stored of an app has been given when the watch resolves; nothing when nothing is', async () => {
    await storeApp('web', 3);
    await watch.watchApp('web');
    expect(heard.apps).toEqual([document('web', 3)]);
    await watch.watchApp('db');
    expect(heard.apps).toHaveLength(1);
  });

  it('also to one who asks while another is still asking', async () => {
    await storeApp('web', 3);
    const first = watch.watchApp('web');
    await watch.watchApp('web');
    expect(heard.apps).toEqual([document('web', 3)]);
    await first;
  });

  it('goes on with what is stored later', async () => {
    await watch.watchApp('web');
    for (const rev of [4, 5, 6]) await storeApp('web', rev);
    await until(() => heard.apps.length === 3);
    expect(heard.revisionsOf('web')).toEqual([4, 5, 6]);
  });

  it('hears of its own apps alone, whatever their names', async () => {
    const odd = 'a.b *>~\n😀';
    await watch.watchApp('web');
    await watch.watchApp(odd);
    for (const app of ['db', 'a', '*', 'web2', odd, 'web']) await storeApp(app, 7);
    await until(() => heard.revisionsOf('web').length === 1);
    expect(heard.apps).toEqual([document(odd, 7), document('web', 7)]);
    expect(heard.leases).toEqual([]);
  });

  it('passes over what is not newer than what it has', async () => {
    await storeApp('web', 5);
    await watch.watchApp('web');
    for (const rev of [5, 4, 1, 6, 6, 5, 7]) await passBy('web', document('web', rev));
    await until(() => heard.revisionsOf('web').includes(7));
    expect(heard.revisionsOf('web')).toEqual([5, 6, 7]);
  });

  it.each(['', 'no JSON', '{}', '{"app":"web","rev":9,"tag":70000,"inbound":[]}', 'null'])(
    'passes over what is no document, says so, and keeps what it has: %j',
    async (text) => {
      await storeApp('web', 5);
      await watch.watchApp('web');
      await passBy('web', text);
      await until(() => heard.malformedSubjects.length === 1);
      await storeApp('web', 6);
      await until(() => heard.apps.length === 2);
      expect(heard.revisionsOf('web')).toEqual([5, 6]);
      expect(heard.malformedSubjects).toEqual(['heddle.state.app.web']);
    },
  );

  it('a stored message that is no document does not stop the watch', async () => {
    await store(stateSubject.app('web'), 'no JSON');
    await watch.watchApp('web');
    expect(heard.malformedSubjects).toEqual(['heddle.state.app.web']);
    await storeApp('web', 6);
    await until(() => heard.apps.length === 1);
  });

  it('an app that is not watched any more is not heard of, until it is watched again', async () => {
    await storeApp('web', 1);
    await watch.watchApp('web');
    watch.unwatchApp('web');
    await cell.flush();
    const received = cell.stats().inMsgs;
    await storeApp('web', 2);
    await control.flush();
    await cell.flush();
    expect(cell.stats().inMsgs).toBe(received);
    expect(heard.revisionsOf('web')).toEqual([1]);
    await watch.watchApp('web');
    expect(heard.revisionsOf('web')).toEqual([1, 2]);
    watch.unwatchApp('web');
    await watch.watchApp('web');
    expect(heard.revisionsOf('web')).toEqual([1, 2, 2]);
  });

  it('what a read finds after its app was unwatched is given to nobody', async () => {
    await storeApp('web', 1);
    const watching = watch.watchApp('web');
    watch.unwatchApp('web');
    await watching;
    expect(heard.apps).toEqual([]);
  });

  it('all leases that are stored, however many, then those that come; an ended one leaves its end behind', async () => {
    const leases = Array.from({ length: 320 }, (_, i) => lease(i, i + 1));
    await Promise.all(leases.map((each) => store(stateSubject.lease(each.cell), each)));
    const ended: LeaseDocument = { cell: 'cell 7', rev: 400, peer: null };
    await store(stateSubject.lease('cell 7'), ended);
    await watch.watchLeases();
    expect(new Set(heard.leases)).toEqual(new Set([...leases.filter(({ cell }) => cell !== 'cell 7'), ended]));
    expect(heard.leases).toHaveLength(320);

    await store(stateSubject.lease('cell 9'), { ...ended, cell: 'cell 9', rev: 401 });
    await store(stateSubject.lease('cell 7'), lease(7, 402));
    await until(() => heard.leases.length === 322);
    expect(heard.leases.slice(320)).toEqual([{ cell: 'cell 9', rev: 401, peer: null }, lease(7, 402)]);
    expect(heard.apps).toEqual([]);
  });

  it('after it was closed, nothing', async () => {
    await watch.watchApp('web');
    await watch.watchLeases();
    await watch.close();
    await storeApp('web', 1);
    await store(stateSubject.lease('cell 1'), lease(1, 1));
    await control.flush();
    expect([heard.apps, heard.leases]).toEqual([[], []]);
  });
});

describe('what a cell hears of a server that does not say what it stores', () => {
  it('it finds by itself, before long', async () => {
    const nats = await startTestNats();
    const control = await nats.connect('control');
    const { streams } = await control.jetstreamManager();
    await streams.add({
      name: STATE_STREAM,
      subjects: ['heddle.state.>'],
      max_msgs_per_subject: 1,
      allow_direct: true,
    });
    const heard = new HeardDocuments();
    const watch = new StateWatch(await nats.connect('cell'), heard, {
      ...READING_TIMES,
      withoutBeats: { leastMs: 20, mostMs: 60 },
    });
    await watch.watchApp('web');
    await watch.watchLeases();
    for (const rev of [1, 2]) {
      await control.jetstream().publish(stateSubject.app('web'), JSON.stringify(document('web', rev)));
      await control.jetstream().publish(stateSubject.lease('cell 1'), JSON.stringify(lease(1, rev)));
      await until(() => heard.apps.length === rev && heard.leases.length === rev);
    }
    expect([heard.revisionsOf('web'), heard.leases.map(({ rev }) => rev)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    await watch.close();
    await nats.stop();
  });
});
