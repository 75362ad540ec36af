import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  cellFacts,
  changeCommitted,
  concernOfApps,
  containersReported,
  isInForce,
  receiptGiven,
  type EnforcementBook,
  type Step,
} from '@heddle/domain';
import { GENESIS_HASH, InMemoryEventLog, sealEvent, type LoggedEvent } from '@heddle/event-log';
import { openReadModel, ReadModelUnavailable, type ReadModel } from '@heddle/read-model';
import fc from 'fast-check';
import { EnforcementStore } from './enforcement-store';

/** What a control plane does with its store: every step of the book is kept, as it happens. */
class Keeping {
  private constructor(
    readonly store: EnforcementStore,
    public book: EnforcementBook,
  ) {}

  static async open(readModel: ReadModel, log: InMemoryEventLog): Promise<Keeping> {
    const { store, book } = await EnforcementStore.open(readModel, log, 1e9);
    return new Keeping(store, book);
  }

  /** `seq` makes the documents of some apps new. */
  committed(seq: number, ...apps: string[]): void {
    this.keep(
      changeCommitted(this.book, { seq, committedAtMs: 1000 + seq, concern: concernOfApps(this.book, apps) }),
      [],
    );
  }

  holds(position: number, cell: string, ...apps: string[]): void {
    const containers = apps.map((app, index) => ({
      ...{ handle: `${app}-0`, app, index, address: `10.255.1.${index + 2}` },
      ...{ space: null, org: null },
    }));
    this.keep(containersReported(this.book, cell, containers), [cell], position);
  }

  enforces(position: number, cell: string, rev: number, ...apps: string[]): void {
    const documents = apps.map((app) => ({ key: `app:${app}` as const, rev }));
    const receipt = { cell, enforcedUpTo: rev, changes: [], documents, enforcedAtMs: 2000 + position };
    this.keep(receiptGiven(this.book, receipt), [cell], position);
  }

  private keep({ book, touched }: Step, cells: readonly string[], position?: number): void {
    this.book = book;
    this.store.save({ touched, cells: cells.map((cell) => ({ cell, ...cellFacts(book, cell) })), position });
  }

  waiting(cell: string): number[] {
    return [...cellFacts(this.book, cell).waitingFor.keys()];
  }
  async enforcedAt(seq: number): Promise<Record<string, number | null> | undefined> {
    const change = await this.store.load(seq);
    return change && Object.fromEntries(change.cells);
  }
}

describe('what is kept of enforcement', () => {
  let directory: string;
  let readModel: ReadModel;
  let log: InMemoryEventLog;
  let events: LoggedEvent[];
  let files = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'heddle-enforcement-'));
  });
  afterAll(() => rm(directory, { recursive: true }));
  beforeEach(() => open());
  afterEach(() => readModel.close());

  async function open(): Promise<void> {
    readModel = await openReadModel({ sqliteFile: join(directory, `${++files}.sqlite`) });
    log = new InMemoryEventLog();
    events = [];
  }
  /** Puts changes into the log, each of which makes the documents of these apps new. */
  async function append(...changes: string[][]): Promise<void> {
    for (const apps of changes) {
      const ports = { protocol: 'tcp', start: 80 + events.length, end: 90 };
      const added = apps.map((destination) => ({ source: 'x', destination, ...ports }));
      const data = { added, removed: [], tagsAllocated: [], tagsReleased: [] };
      const draft = { id: `${events.length}`, topic: 'policy' as const, type: 'policies-changed.v1', data };
      const about = { time: '2026-11-22T09:00:00Z', actor: { name: 'a' }, correlationId: 'c' };
      const { seq, hash } = events.at(-1) ?? { seq: 0, hash: GENESIS_HASH };
      events.push(await log.append(sealEvent({ ...draft, ...about }, hash), { seq }));
    }
  }
  const inTables = () => readModel.projector().apply(events);

  it('is there again after a restart: containers, what waits for whom, and what is in force', async () => {
    await append(['web', 'db'], ['web', 'db'], ['db']);
    await inTables();
    const before = await Keeping.open(readModel, log);
    before.holds(1, 'cell-1', 'web');
    before.holds(2, 'cell-2', 'db');
    before.committed(1, 'web', 'db');
    before.committed(2, 'web', 'db');
    before.committed(3, 'db');
    before.enforces(3, 'cell-1', 1, 'web');
    before.enforces(4, 'cell-2', 1, 'db');
    await before.store.close();

    const after = await Keeping.open(readModel, log);
    expect(after.store.position).toBe(4);
    expect([after.store.knows(3), after.store.knows(4)]).toEqual([true, false]);
    expect([after.waiting('cell-1'), after.waiting('cell-2')]).toEqual([[2], [2, 3]]);
    expect(cellFacts(after.book, 'cell-1')).toMatchObject({
      ...{ enforcedUpTo: 1, lastReceiptAtMs: 2003 },
      containers: [{ handle: 'web-0', app: 'web', address: '10.255.1.2' }],
    });
    expect(await after.enforcedAt(1)).toEqual({ 'cell-1': 2003, 'cell-2': 2004 });
    expect(await after.enforcedAt(3)).toEqual({ 'cell-2': null });
    expect(await after.store.load(4)).toBeUndefined();

    after.enforces(5, 'cell-2', 3, 'db');
    after.enforces(6, 'cell-1', 2, 'web');
    expect([after.waiting('cell-1'), after.waiting('cell-2')]).toEqual([[], []]);
    await after.store.close();
    const again = await Keeping.open(readModel, log);
    expect(await again.enforcedAt(2)).toEqual({ 'cell-1': 2006, 'cell-2': 2005 });
    expect(await again.enforcedAt(3)).toEqual({ 'cell-2': 2005 });
    expect(isInForce((await again.store.load(3)) as never)).toBe(true);
  });

  it('waits again for a change that the other tables do not hold yet, as after a crash', async () => {
    await append(['web', 'db']);
    const before = await Keeping.open(readModel, log);
    before.holds(1, 'cell-1', 'web');
    before.committed(1, 'web', 'db');
    await before.store.close();
    const after = await Keeping.open(readModel, log);
    expect(after.waiting('cell-1')).toEqual([1]);
    after.enforces(2, 'cell-1', 1, 'web');
    await after.store.close();
    expect(await after.enforcedAt(1)).toEqual({ 'cell-1': 2002 });
  });

  it('is tried to be written until the database is back, and written once', async () => {
    const keeping = await Keeping.open(readModel, log);
    const write = readModel.saveReports.bind(readModel);
    let attempts = 0;
    readModel.saveReports = async (reports) => {
      if (++attempts < 3) throw new ReadModelUnavailable('away');
      return write(reports);
    };
    keeping.holds(1, 'cell-1', 'web');
    keeping.committed(1, 'web');
    await keeping.store.close();
    expect(attempts).toBe(3);
    expect(await keeping.enforcedAt(1)).toEqual({ 'cell-1': null });
  });

  it('that cannot be written for another reason is told', async () => {
    const keeping = await Keeping.open(readModel, log);
    readModel.saveReports = () => Promise.reject(new Error('no such table'));
    keeping.holds(1, 'cell-1', 'web');
    await expect(keeping.store.failed).rejects.toThrow('no such table');
    await keeping.store.close();
  });

  it('by another process too: what that has not written is still written by this one', async () => {
    const [fast, slow] = [await Keeping.open(readModel, log), await Keeping.open(readModel, log)];
    const begin = (each: Keeping): void => {
      each.holds(1, 'cell-1', 'web');
      for (const seq of [1, 2, 3]) each.committed(seq, 'web');
      each.enforces(2, 'cell-1', 1, 'web');
    };
    begin(fast);
    await fast.store.close();
    begin(slow);
    slow.enforces(3, 'cell-1', 2, 'web');
    await slow.store.close();
    expect(await Promise.all([1, 2, 3].map((seq) => slow.enforcedAt(seq)))).toEqual([
      { 'cell-1': 2002 },
      { 'cell-1': 2003 },
      { 'cell-1': null },
    ]);
  });

  it('by another process too: of what came while this one tried, the newest is written', async () => {
    const [fast, slow] = [await Keeping.open(readModel, log), await Keeping.open(readModel, log)];
    fast.holds(1, 'cell-1', 'web');
    await fast.store.close();
    const write = readModel.saveReports.bind(readModel);
    readModel.saveReports = async (reports) => {
      readModel.saveReports = write;
      slow.enforces(4, 'cell-2', 1, 'web');
      return write(reports);
    };
    slow.holds(1, 'cell-1', 'web');
    slow.holds(2, 'cell-2', 'web');
    slow.committed(1, 'web');
    slow.enforces(3, 'cell-1', 1, 'web');
    await slow.store.close();
    const { store, book } = await Keeping.open(readModel, log);
    expect(Object.fromEntries((await store.load(1))?.cells ?? [])).toEqual({ 'cell-1': 2003, 'cell-2': 2004 });
    expect(['cell-1', 'cell-2'].map((cell) => cellFacts(book, cell).lastReceiptAtMs)).toEqual([2003, 2004]);
  });

  it('by another process too: one that is behind puts nothing older in the place of what is there', async () => {
    const [fast, slow] = [await Keeping.open(readModel, log), await Keeping.open(readModel, log)];
    for (const each of [fast, slow]) {
      each.holds(1, 'cell-1', 'web');
      each.holds(2, 'cell-2', 'web');
      each.committed(1, 'web');
    }
    fast.enforces(3, 'cell-1', 1, 'web');
    fast.enforces(4, 'cell-2', 1, 'web');
    await fast.store.close();
    await delay(100);
    slow.enforces(3, 'cell-1', 1, 'web');
    await delay(100);
    slow.committed(2, 'web');
    await slow.store.close();
    expect(await slow.enforcedAt(1)).toEqual({ 'cell-1': 2003, 'cell-2': 2004 });
    expect((await Keeping.open(readModel, log)).store.position).toBe(4);
  });

  it('asks a replay to wait where much is not kept yet, until it is', async () => {
    const keeping = await Keeping.open(readModel, log);
    keeping.committed(1);
    expect(keeping.store.untilKept()).toBeUndefined();
    for (let seq = 2; seq <= 10_000; seq++) keeping.committed(seq);
    await keeping.store.untilKept();
    expect(await readModel.lastEnforcementSeq()).toBe(10_000);
    expect(keeping.store.untilKept()).toBeUndefined();
    await keeping.store.close();
  }, 60_000);

  it('by several processes is what one alone would have kept, whoever lags and whoever is killed', async () => {
    const CHANGES = 12;
    const pauses = fc.array(fc.constantFrom(0, 0, 10, 60), { minLength: CHANGES, maxLength: CHANGES });
    const lifetimes = fc.tuple(fc.nat(CHANGES), fc.constant(CHANGES));
    await fc.assert(
      fc.asyncProperty(fc.tuple(pauses, pauses), lifetimes, async (rests, lives) => {
        await readModel.close();
        await open();
        const run = async (process: 0 | 1): Promise<void> => {
          const keeping = await Keeping.open(readModel, log);
          keeping.holds(1, 'cell-1', 'web');
          for (let seq = 1; seq <= lives[process]; seq++) {
            keeping.committed(seq, 'web');
            keeping.enforces(seq + 1, 'cell-1', seq, 'web');
            await delay(rests[process][seq - 1]);
          }
          await keeping.store.close();
        };
        await Promise.all([run(0), run(1)]);
        const { store } = await Keeping.open(readModel, log);
        expect(store.position).toBe(CHANGES + 1);
        for (let seq = 1; seq <= CHANGES; seq++) {
          expect([seq, ...((await store.load(seq))?.cells.values() ?? [])]).toEqual([seq, 2001 + seq]);
        }
      }),
      { numRuns: 12 },
    );
  }, 30_000);
});
