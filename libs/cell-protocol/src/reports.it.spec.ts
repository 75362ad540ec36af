import { connectNats } from '@heddle/platform';
import { NatsLine, startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { keptReports, readReports, readReportsBetween, type Report } from './report-reader';
import { ReportSender } from './report-sender';
import { receiptToSend, type ContainersReport, type Receipt } from './reports';
import { CELL_STREAM, ensureCellStreams } from './streams';
import { cellSubject } from './subjects';

const receipt = (n: number): Receipt => ({
  ...{ cell: 'cell 1', enforcedUpTo: n, changes: [n], documents: [{ key: `app:web-${n}`, rev: n }] },
  flowsCut: 0,
  enforcedAtMs: 1000.5 + n,
});
const holding = (...apps: string[]): ContainersReport => ({
  cell: 'cell 1',
  containers: apps.map((app, index) => ({
    ...{ handle: `${app}-0`, app, index, address: `10.255.1.${index + 2}` },
    ...{ space: null, org: null },
  })),
});
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** A lost stream is noticed after some seconds of silence. */
const PATIENCE = { withinMs: 60_000 };

const stored = { storedAtMs: expect.any(Number) as number };

describe('what a cell reports', () => {
  let nats: TestNats;
  let control: NatsConnection;
  let line: NatsLine;
  let sender: ReportSender;
  let read: Report[];
  const closing: (() => unknown)[] = [];

  beforeEach(async () => {
    nats = await startTestNats();
    control = await nats.connect('control');
    await ensureCellStreams(control);
    line = await NatsLine.open(nats.port);
    const connection = await connectNats({
      ...{ servers: line.url, ...nats.users.cell },
      ...{ name: 'cell', inboxPrefix: '_INBOX_CELL' },
    });
    sender = new ReportSender(connection, 'cell 1');
    read = [];
    closing.push(
      () => sender.close(0),
      () => connection.close(),
      () => line.close(),
      follow(0, read),
      () => nats.stop(),
    );
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** Reads reports in the background; returns how to stop. */
  function follow(after: number, into: Report[]): () => Promise<void> {
    const stop = new AbortController();
    const following = (async () => {
      for await (const report of readReports(control, { after, signal: stop.signal })) into.push(report);
    })();
    return async () => {
      stop.abort();
      await following;
    };
  }
  const receiptsRead = () => read.flatMap((report) => (report.kind === 'receipt' ? [report.receipt] : []));
  const changesRead = () => receiptsRead().flatMap(({ changes }) => changes);
  const kinds = () => read.map(({ kind }) => kind);

  it('arrives as it was said, in order, each in its place', async () => {
    sender.holds(holding('web', 'db'));
    for (const n of range(1, 5)) sender.enforced(receipt(n));
    await until(() => read.length === 6);
    expect(read).toEqual([
      { ...stored, position: 1, kind: 'containers', report: holding('web', 'db') },
      ...range(1, 5).map((n) => ({ ...stored, position: n + 1, kind: 'receipt', receipt: receipt(n) })),
    ]);
  });

  it('of spaces is beside what control planes understand that know nothing of them', async () => {
    const documents: Receipt['documents'] = [
      { key: 'app:web', rev: 7 },
      { key: 'space:s', rev: 8 },
      { key: 'spaces', rev: 9 },
    ];
    const { documents: sent, ...said } = receiptToSend({ ...receipt(9), documents });
    expect(sent).toEqual([{ key: 'app:web', rev: 7 }]);
    expect(said).toMatchObject({
      spaces: [
        { space: 's', rev: 8 },
        { space: null, rev: 9 },
      ],
    });
    expect(receiptToSend(receipt(1))).not.toHaveProperty('spaces');
    sender.holds({ ...holding('web'), namesSpaces: true });
    sender.enforced({ ...receipt(9), documents });
    await until(() => read.length === 2);
    expect(receiptsRead()).toEqual([{ ...receipt(9), documents }]);
    expect(read[0]).toMatchObject({ report: { namesSpaces: true } });
  });

  it('says where containers are now, also while it is still saying where they were', async () => {
    sender.holds(holding('web'));
    sender.holds(holding('web', 'db'));
    await until(() => read.length === 2);
    expect(read.map((report) => report.kind === 'containers' && report.report)).toEqual([
      holding('web'),
      holding('web', 'db'),
    ]);
  });

  it('can be read on from any place', async () => {
    for (const n of range(1, 5)) sender.enforced(receipt(n));
    await until(() => read.length === 5);
    const later: Report[] = [];
    closing.unshift(follow(3, later));
    await until(() => later.length === 2);
    sender.enforced(receipt(6));
    await until(() => later.length === 3);
    expect(later.map(({ position }) => position)).toEqual([4, 5, 6]);
  });

  it.each([
    ['sooner than the new one is as long', 1],
    ['later', 5],
  ])(
    'is read from the first where the stream was lost, in places behind those before: found %s',
    async (_, more) => {
      for (const n of range(1, 3)) sender.enforced(receipt(n));
      const found: Report[] = [];
      const stop = new AbortController();
      const lost = jest.fn(async () => 3);
      const following = (async () => {
        for await (const report of readReports(control, { after: 0, lost, signal: stop.signal })) found.push(report);
      })();
      await until(() => found.length === 3);
      await (await control.jetstreamManager()).streams.delete(CELL_STREAM);
      await ensureCellStreams(control);
      for (const n of range(4, 3 + more)) sender.enforced(receipt(n));
      await until(() => found.length === 3 + more, PATIENCE);
      stop.abort();
      await following;
      const all = range(1, 3 + more);
      const receipts = found.map((report) => report.kind === 'receipt' && report.receipt);
      expect([found.map(({ position }) => position), receipts]).toEqual([all, all.map(receipt)]);
      expect(lost).toHaveBeenCalledTimes(1);
      const replayed: number[] = [];
      const places = { after: 2, upTo: 4, before: 3, signal: new AbortController().signal };
      for await (const { position } of readReports(control, places)) replayed.push(position);
      expect(replayed).toEqual([4]);
    },
    120_000,
  );

  it('that was stored in a stream that is gone cannot be read, and is not waited for', async () => {
    for (const n of range(1, 3)) sender.enforced(receipt(n));
    await until(() => read.length === 3);
    await (await control.jetstreamManager()).streams.delete(CELL_STREAM);
    await ensureCellStreams(control);
    sender.enforced(receipt(4));
    await sender.close(10_000);
    const { signal } = new AbortController();
    for await (const report of readReports(control, { after: 1, upTo: 3, signal })) expect(report).toBeUndefined();
  });

  it('can be read up to any place, as far as it is still kept', async () => {
    for (const n of range(1, 6)) sender.enforced(receipt(n));
    await until(() => read.length === 6);
    const positions = async (after: number, upTo: number) => {
      const found: number[] = [];
      const { signal } = new AbortController();
      for await (const { position } of readReports(control, { after, upTo, signal })) found.push(position);
      return found;
    };
    expect([await positions(0, 6), await positions(2, 4), await positions(4, 4)]).toEqual([range(1, 6), [3, 4], []]);
    const { streams } = await control.jetstreamManager();
    await streams.purge(CELL_STREAM, { seq: 4 });
    expect([await positions(0, 3), await positions(0, 5)]).toEqual([[], [4, 5]]);
    await streams.deleteMessage(CELL_STREAM, 5);
    expect(await positions(0, 5)).toEqual([4]);
    await streams.purge(CELL_STREAM);
    expect(await positions(0, 6)).toEqual([]);
  });

  it('can be read by the time in which it was stored', async () => {
    const stored = async (n: number) => {
      sender.enforced(receipt(n));
      await until(() => read.length === n);
      return (read[n - 1] as Report).storedAtMs;
    };
    const [first, second, third] = [await stored(1), await stored(2), await stored(3)];
    const positions = async (sinceMs: number, untilMs: number, { after = 0, upTo = 3 } = {}) => {
      const range = { after, upTo, sinceMs, untilMs, signal: new AbortController().signal };
      const found: number[] = [];
      for await (const { position } of readReportsBetween(control, range)) found.push(position);
      return found;
    };
    expect([await positions(first, third), await positions(second, second)]).toEqual([[1, 2, 3], [2]]);
    expect([await positions(first - 60_000, first - 1), await positions(third + 60_000, Infinity)]).toEqual([[], []]);
    expect(await positions(first, Infinity, { after: 1 })).toEqual([2, 3]);
    expect([await positions(first, second, { after: 1 }), await positions(first, second, { after: 2 })]).toEqual([
      [2],
      [],
    ]);
    expect([await positions(first, Infinity, { upTo: 2 }), await positions(third, Infinity, { upTo: 2 })]).toEqual([
      [1, 2],
      [],
    ]);
    expect(await positions(first, Infinity, { after: 3, upTo: 9 })).toEqual([]);
    expect(await keptReports(control)).toMatchObject({ last: 3, isAll: true });
    await (await control.jetstreamManager()).streams.purge(CELL_STREAM, { seq: 3 });
    expect(await keptReports(control)).toMatchObject({ last: 3, isAll: false });
    expect(await positions(first, Infinity)).toEqual([3]);
    await (await control.jetstreamManager()).streams.purge(CELL_STREAM);
    expect([await keptReports(control), await positions(first, Infinity)]).toEqual([null, []]);
  });

  it('while nobody hears it: of where containers are only the newest counts, and it comes before the receipts', async () => {
    line.cut();
    for (const n of [1, 2]) {
      sender.enforced(receipt(n));
      sender.holds(holding(`app-${n}`));
    }
    line.mend();
    await until(() => read.length === 3);
    expect(read.map((report) => ({ ...report, position: 0 }))).toEqual([
      { ...stored, position: 0, kind: 'containers', report: holding('app-2') },
      ...[1, 2].map((n) => ({ ...stored, position: 0, kind: 'receipt', receipt: receipt(n) })),
    ]);
  });

  it('counts once when it was stored and the answer was lost', async () => {
    line.deafen();
    sender.holds(holding('web'));
    await until(() => read.length === 1);
    line.cut();
    line.mend();
    for (const n of range(1, 3)) sender.enforced(receipt(n));
    await until(() => changesRead().includes(3));
    expect(kinds()).toEqual(['containers', 'receipt', 'receipt', 'receipt']);
  });

  it('is neither lost nor doubled when the server is killed in the middle of it', async () => {
    for (const n of range(1, 300)) {
      sender.enforced(receipt(n));
      if (n % 50 === 0) sender.holds(holding(`app-${n}`));
    }
    await until(() => read.length > 30);
    await nats.kill();
    for (const n of range(301, 310)) sender.enforced(receipt(n));
    await nats.restart();
    await until(() => changesRead().includes(310));
    expect(receiptsRead()).toEqual(range(1, 310).map(receipt));
    expect(read.filter(({ kind }) => kind === 'containers').at(-1)).toMatchObject({ report: holding('app-300') });
  }, 20_000);

  it('is kept short while the server is away, and still names every change once, the oldest together', async () => {
    sender.enforced(receipt(1));
    await until(() => read.length === 1);
    line.cut();
    for (const n of range(2, 2_500)) sender.enforced(receipt(n));
    line.mend();
    await until(() => changesRead().includes(2_500));
    expect(changesRead()).toEqual(range(1, 2_500));
    const receipts = receiptsRead();
    expect(receipts.length).toBeLessThanOrEqual(1_001);
    for (const { changes, ...said } of receipts) {
      const { enforcedUpTo, enforcedAtMs } = receipt(changes.at(-1) as number);
      const documents = changes.flatMap((n) => receipt(n).documents);
      expect(said).toEqual({ cell: 'cell 1', enforcedUpTo, documents, enforcedAtMs, flowsCut: 0 });
    }
  }, 20_000);

  it('gets a last chance at the end, and no more than that', async () => {
    sender.enforced(receipt(1));
    sender.enforced(receipt(2));
    await sender.close();
    await until(() => read.length === 2);

    line.cut();
    const silenced = new ReportSender(await nats.connect('cell'), 'cell 1');
    await nats.kill();
    silenced.enforced(receipt(3));
    const before = performance.now();
    await silenced.close(300);
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it.each([
    [cellSubject.receipt('cell-1'), 'no JSON'],
    [cellSubject.receipt('cell-1'), '{"cell":"cell-1","enforcedUpTo":"7"}'],
    [cellSubject.receipt('cell-1'), JSON.stringify(holding('web'))],
    [cellSubject.containers('cell-1'), JSON.stringify(receipt(1))],
    [cellSubject.containers('cell-1'), ''],
  ])('that cannot be read does not stop the reader: %s %s', async (subject, text) => {
    await control.jetstream().publish(subject, text);
    sender.enforced(receipt(1));
    await until(() => read.length === 2);
    expect(read).toEqual([
      { ...stored, position: 1, kind: 'malformed', subject },
      { ...stored, position: 2, kind: 'receipt', receipt: receipt(1) },
    ]);
  });
});
