import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCellStreams, ReportSender, type Receipt } from '@heddle/cell-protocol';
import { cellFacts, changesMissingOn, groupDecider, leaseDecider, parseBlock } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower } from '@heddle/event-log';
import { createLogger } from '@heddle/platform';
import { openReadModel } from '@heddle/read-model';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import { CellLiveness } from './cell-liveness';
import { EnforcementProjection } from './enforcement-projection';
import { TouchedSpaces } from './touched-spaces';

const logger = createLogger({ name: 'test', level: 'silent' });
const by = { actor: { name: 'test' }, correlationId: 'c' };

describe('in force', () => {
  let nats: TestNats;
  let directory: string;
  let log: InMemoryEventLog;
  let sqliteFile: string;
  const closing: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    nats = await startTestNats();
    directory = await mkdtemp(join(tmpdir(), 'heddle-enforcement-'));
    sqliteFile = join(directory, 'read-model.sqlite');
    log = new InMemoryEventLog();
    await ensureCellStreams(await nats.connect('control'));
  });
  afterEach(async () => {
    await close();
    await nats.stop();
    await rm(directory, { recursive: true });
  });

  /** A control plane, as far as it follows leases and reports. */
  async function open() {
    const readModel = await openReadModel({ sqliteFile });
    const follower = new LogFollower(log);
    const plan = { networks: [parseBlock('10.255.0.0/16')], blockPrefixLength: 24 };
    const leases = new Ledger('lease', leaseDecider(plan), log, follower);
    const connection = await nats.connect('control');
    const parts = {
      connection,
      log,
      readModel,
      follower,
      leases,
      touchedSpaces: new TouchedSpaces(follower, new Ledger('group', groupDecider, log, follower)),
      liveness: new CellLiveness(),
      placementsKeptMs: 1e9,
      logger,
    };
    const projection = await EnforcementProjection.open(parts);
    await follower.start();
    projection.start();
    closing.push(
      () => readModel.close(),
      () => projection.close(),
      () => follower.close(),
    );
    const acquire = (n: number) =>
      leases.execute(
        {
          ...{ type: 'acquire-lease', cell: `cell-${n}`, incarnation: `i${n}`, underlayAddress: `10.0.0.${n}` },
          ...{ singleAddress: false, atMs: 0, quarantineMs: 0 },
        },
        by,
      );
    const release = (n: number) =>
      leases.execute({ type: 'release-lease', cell: `cell-${n}`, incarnation: `i${n}` }, by);
    const on = async (seq: number) => Object.fromEntries((await projection.enforcementOf(seq))?.cells ?? []);
    const missing = (n: number) => changesMissingOn(projection.state, `cell-${n}`, 9);
    return { readModel, projection, acquire, release, on, missing };
  }
  async function close(): Promise<void> {
    for (const each of closing.splice(0).reverse()) await each();
  }
  /** A cell says that it enforces leases of others. */
  async function say(n: number, atMs: number, revs: Record<number, number>): Promise<void> {
    const sender = new ReportSender(await nats.connect('cell'), `cell-${n}`);
    const documents = Object.entries(revs).map(([of, rev]) => ({ key: `lease:cell-${of}` as const, rev }));
    const changes = Object.values(revs);
    const said: Receipt = {
      ...{ cell: `cell-${n}`, enforcedUpTo: Math.max(...changes), changes, documents },
      ...{ enforcedAtMs: atMs, flowsCut: 0 },
    };
    sender.enforced(said);
    await sender.close(10_000);
  }

  /** A cell says that it holds a container, and no other. */
  async function hold(n: number, app = 'web'): Promise<void> {
    const sender = new ReportSender(await nats.connect('cell'), `cell-${n}`);
    const container = { handle: app, app, index: n, address: `10.255.${n}.2`, space: null, org: null };
    sender.holds({ cell: `cell-${n}`, containers: [container] });
    await sender.close(10_000);
  }

  it('is a lease where its cells say so, also after restarts, and whatever comes later', async () => {
    const first = await open();
    for (const n of [1, 2, 3]) await first.acquire(n);
    await say(1, 2001, { 2: 2 });
    await say(2, 2002, { 3: 3 });
    await until(() => first.missing(2).length === 0);
    expect([await first.on(2), await first.on(3)]).toEqual([{ 'cell-1': 2001 }, { 'cell-1': null, 'cell-2': 2002 }]);
    await close();

    const second = await open();
    expect([await second.on(2), await second.on(3)]).toEqual([{ 'cell-1': 2001 }, { 'cell-1': null, 'cell-2': 2002 }]);
    expect([second.missing(1), second.missing(2)]).toEqual([[3], []]);
    await second.acquire(4);
    const settled = second.projection.settled(3, 30_000);
    await say(1, 2009, { 3: 3, 4: 4 });
    await settled;
    expect(await second.on(3)).toEqual({ 'cell-1': 2009, 'cell-2': 2002 });
    await second.release(1);
    await close();

    const third = await open();
    expect(await third.on(3)).toEqual({ 'cell-1': 2009, 'cell-2': 2002 });
    expect(await third.on(4)).toEqual({ 'cell-1': 2009, 'cell-2': null, 'cell-3': null });
    expect(await third.on(5)).toEqual({ 'cell-2': null, 'cell-3': null, 'cell-4': null });
    expect(third.missing(1)).toEqual([]);
  }, 60_000);

  it('what a cell said ahead of what it is missing is not lost by a restart', async () => {
    const first = await open();
    for (const n of [1, 2, 3]) await first.acquire(n);
    await say(1, 2001, { 3: 3 });
    await until(() => cellFacts(first.projection.state, 'cell-1').lastReceiptAtMs === 2001);
    await close();
    const second = await open();
    expect(await second.on(3)).toEqual({ 'cell-1': null, 'cell-2': null });
    await say(1, 2002, { 2: 2 });
    await until(() => second.missing(1).length === 0);
    expect(await second.on(3)).toEqual({ 'cell-1': 2002, 'cell-2': null });
  }, 60_000);

  it('in tables from before cells were counted so: what was recorded stays, and the cells follow from there on', async () => {
    const before = await open();
    for (const n of [1, 2, 3]) await before.acquire(n);
    await close();
    const tables = await openReadModel({ sqliteFile: (sqliteFile = join(directory, 'older.sqlite')) });
    const row = (seq: number, cells: Record<string, number | null>) => ({
      ...{ seq, committedAtMs: 1000, cells, inForce: !Object.values(cells).includes(null) },
    });
    const enforcements = [row(1, {}), row(2, { 'cell-1': 1900 }), row(3, { 'cell-1': null, 'cell-2': 1900 })];
    await tables.saveReports({ cursorName: 'cells', expectedPosition: 0, position: 0, cells: [], enforcements });
    await tables.close();

    const { on, missing, acquire } = await open();
    expect([missing(1), missing(2)]).toEqual([[3], []]);
    await acquire(4);
    expect(await on(4)).toEqual({ 'cell-1': null, 'cell-2': null, 'cell-3': null });
    await say(1, 2001, { 3: 3, 4: 4 });
    await until(() => missing(1).length === 0);
    expect([await on(2), await on(3)]).toEqual([{ 'cell-1': 1900 }, { 'cell-1': 2001, 'cell-2': 1900 }]);
    expect(await on(4)).toEqual({ 'cell-1': 2001, 'cell-2': null, 'cell-3': null });
  }, 60_000);

  it('in new tables, no cell that has left comes back with its old reports', async () => {
    const first = await open();
    for (const n of [1, 2, 3]) await first.acquire(n);
    for (const n of [1, 2]) {
      await hold(n);
      await say(n, 2000, { 3: 3 });
    }
    await until(() => first.projection.position === 4);
    const told = Date.now();
    await until(() => Date.now() > told + 1);
    await first.release(1);
    await close();

    sqliteFile = join(directory, 'new.sqlite');
    const second = await open();
    await until(() => second.projection.position === 4);
    const holding = ({ projection }: typeof second) =>
      [...projection.state.cells.entries()].map(([cell, { containers }]) => [cell, containers.length]).sort();
    const left = [
      ['cell-2', 1],
      ['cell-3', 0],
    ];
    expect(holding(second)).toEqual(left);
    await close();
    expect(holding(await open())).toEqual(left);
  }, 60_000);

  it('goes on with another stream of reports, also after a restart, and gives no position twice', async () => {
    const loseReports = async (): Promise<void> => {
      const control = await nats.connect('control');
      await (await control.jetstreamManager()).streams.delete('HEDDLE_CELLS');
      await ensureCellStreams(control);
    };
    const heldAt = (plane: Awaited<ReturnType<typeof open>>, position: number) =>
      until(() => plane.projection.position === position, { withinMs: 60_000 }).then(() =>
        cellFacts(plane.projection.state, 'cell-1').containers.map(({ app }) => app),
      );
    const first = await open();
    await first.acquire(1);
    for (const app of ['a', 'b']) await hold(1, app);
    expect(await heldAt(first, 2)).toEqual(['b']);
    await loseReports();
    await hold(1, 'c');
    expect(await heldAt(first, 3)).toEqual(['c']);
    await close();

    const second = await open();
    await hold(1, 'd');
    expect(await heldAt(second, 4)).toEqual(['d']);
    await close();
    await loseReports();
    const third = await open();
    await hold(1, 'e');
    expect(await heldAt(third, 5)).toEqual(['e']);
    const placed = async (): Promise<string[]> =>
      (await third.readModel.placementsAt(Date.now(), {}, { limit: 9 })).map(({ container }) => container.handle);
    await until(async () => (await placed()).join() === 'e');
  }, 180_000);
});
