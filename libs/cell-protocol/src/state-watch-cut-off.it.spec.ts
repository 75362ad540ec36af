import { setTimeout as delay } from 'node:timers/promises';
import { connectNats } from '@heddle/platform';
import { NatsLine, startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { StateWatch } from './state-watch';
import { ensureCellStreams, STATE_STREAM } from './streams';
import { stateSubject } from './subjects';
import { HeardDocuments } from './testing/heard-documents';

const APPS = ['a', 'b', 'c', 'd'];

describe('a cell that is cut off while documents change', () => {
  let nats: TestNats;
  let control: NatsConnection;
  let cell: NatsConnection;
  let line: NatsLine;
  let heard: HeardDocuments;
  let watch: StateWatch;

  beforeEach(async () => {
    nats = await startTestNats();
    control = await nats.connect('control');
    await ensureCellStreams(control);
    line = await NatsLine.open(nats.port);
    cell = await connectNats({
      ...{ servers: line.url, ...nats.users.cell },
      ...{ name: 'cell', inboxPrefix: '_INBOX_CELL' },
    });
    heard = new HeardDocuments();
    watch = new StateWatch(cell, heard);
    closing.push(
      () => watch.close(),
      () => cell.close(),
      () => line.close(),
      () => nats.stop(),
    );
    await watch.watchLeases();
    await Promise.all(APPS.map((app) => watch.watchApp(app)));
    await store(1, 'cell-1', ...APPS);
    await until(() => heard.apps.length === 4 && heard.leases.length === 1);
  });
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function store(rev: number, cell: string, ...apps: string[]): Promise<void> {
    const jetstream = control.jetstream();
    for (const app of apps) {
      await jetstream.publish(stateSubject.app(app), JSON.stringify({ app, rev, tag: 1, inbound: [] }));
    }
    await jetstream.publish(stateSubject.lease(cell), JSON.stringify({ cell, rev, peer: null }));
  }
  const newest = () => [...APPS.map((app) => heard.revisionsOf(app).at(-1)), heard.leases.at(-1)?.rev];

  it('has the newest of each when the line is mended, and knows from when to when it was cut off', async () => {
    line.cut();
    await until(() => heard.gaps.length === 1);
    await store(2, 'cell-1', ...APPS);
    await store(3, 'cell-1', 'a', 'b');
    line.mend();
    await until(() => heard.gaps.length === 2);
    expect(heard.gaps).toEqual([
      ['cut off', 5],
      ['caught up', 10],
    ]);
    expect(newest()).toEqual([3, 3, 2, 2, 3]);
    await store(4, 'cell-1', ...APPS);
    await until(() => heard.leases.at(-1)?.rev === 4);
    expect(newest()).toEqual([4, 4, 4, 4, 4]);
  });

  it('has the newest of each after a crash of the server, with all that was stored before and after', async () => {
    await store(2, 'cell-1', 'a');
    await nats.kill();
    await nats.restart();
    control = await nats.connect('control');
    await store(3, 'cell-1', 'b', 'c');
    await until(() => heard.gaps.length === 2);
    await until(() => heard.leases.at(-1)?.rev === 3);
    expect(newest()).toEqual([2, 3, 3, 1, 3]);
    for (const app of APPS) {
      const revisions = heard.revisionsOf(app);
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    }
  });

  it('has caught up only when everything could be read, and tries again until then', async () => {
    line.cut();
    // While a server starts, it may take connections before it has its streams.
    await (await control.jetstreamManager()).streams.delete(STATE_STREAM);
    await until(() => heard.gaps.length === 1);
    line.mend();
    await until(() =>
      cell.flush().then(
        () => true,
        () => false,
      ),
    );
    // Longer than one read waits for its answer.
    await delay(2_200);
    expect(heard.gaps).toHaveLength(1);
    await ensureCellStreams(control);
    await store(2, 'cell-1', ...APPS);
    await until(() => heard.gaps.length === 2);
    expect(newest()).toEqual([2, 2, 2, 2, 2]);
  }, 15_000);

  it('says that it was cut off again', async () => {
    for (const rev of [2, 3, 4]) {
      line.cut();
      await store(rev, 'cell-1', 'd');
      line.mend();
      await until(() => heard.gaps.length === 2 * (rev - 1));
      expect(newest()).toEqual([1, 1, 1, rev, rev]);
    }
  });
});
