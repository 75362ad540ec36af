import { describeOnEachDatabase, type DatabaseLocation } from '@heddle/testing';
import fc from 'fast-check';
import { openReadModel, type PlacementReport, type ReadModel } from '../index';
import { undoUntil } from '../testing/undo-migrations';

const container = (handle: string, app: string | null = 'web', address = '10.255.1.2') => ({ handle, app, address });
type Container = ReturnType<typeof container>;

const says = (position: number, atMs: number, cell: string, ...containers: Container[]): PlacementReport => ({
  ...{ position, atMs, cell, holds: { containers } },
});
const leaves = (position: number, atMs: number, cell: string): PlacementReport => ({
  position,
  atMs,
  cell,
  holds: null,
});

describeOnEachDatabase('where containers were', (databases) => {
  let location: DatabaseLocation;
  let model: ReadModel;
  let position: number;

  beforeEach(async () => {
    location = await databases.fresh();
    model = await openReadModel(location);
    position = 0;
  });
  afterEach(() => model.close());

  async function save(placements: readonly PlacementReport[], forgetBeforeMs?: number): Promise<void> {
    const to = Math.max(position, ...placements.map((report) => report.position));
    await model.saveReports({
      ...{ cursorName: 'cells', expectedPosition: position, position: to, cells: [], enforcements: [] },
      ...{ placements, forgetBeforeMs },
    });
    position = to;
  }
  const all = { limit: 1_000 };
  const at = async (ms: number, filter = {}) =>
    (await model.placementsAt<Container>(ms, filter, all)).map(
      ({ cell, container: { handle } }) => `${cell} ${handle}`,
    );

  it('is nothing at first', async () => {
    expect(await at(1)).toEqual([]);
    expect([await model.cellsHeardBy(1), await model.placementsKnownSince()]).toEqual([[], null]);
  });

  it('is known from the report that told of it first to the one that told otherwise', async () => {
    await save([says(1, 100.5, 'a', container('x'), container('y', null)), says(2, 150, 'b')]);
    await save([says(3, 200.25, 'a', container('y', null), container('z'))]);
    expect([await at(100), await at(100.5), await at(200), await at(200.25)]).toEqual([
      ...[[], ['a x', 'a y'], ['a x', 'a y'], ['a y', 'a z']],
    ]);
    const [x, y] = await model.placementsAt<Container>(150, {}, all);
    expect(x).toEqual({
      ...{ cell: 'a', container: container('x'), fromMs: 100.5, untilMs: 200.25, fromSeq: 1, fromIndex: 0 },
    });
    expect(y).toMatchObject({ container: { app: null }, untilMs: null });
    expect((await model.cellsHeardBy(160)).map(({ cell, fromMs }) => [cell, fromMs])).toEqual([
      ...[
        ['a', 100.5],
        ['b', 150],
      ],
    ]);
    expect(await model.placementsKnownSince()).toBe(100.5);
  });

  it('is found by cell and by app, whatever their names, and page by page', async () => {
    const odd = '\u0000\ud800';
    await save([
      says(1, 1, odd, container('x', odd), container('y'), container('z')),
      says(2, 1, 'b', container('x', odd)),
    ]);
    expect([await at(1, { cell: odd }), await at(1, { app: odd }), await at(1, { cell: 'b', app: 'web' })]).toEqual([
      ...[[`${odd} x`, `${odd} y`, `${odd} z`], [`${odd} x`, 'b x'], []],
    ]);
    const [first, second] = await model.placementsAt(1, {}, { limit: 2 });
    expect(first?.fromIndex).toBe(0);
    const rest = await model.placementsAt<Container>(1, {}, { limit: 2, ...(second && { after: second }) });
    expect(rest.map(({ container: { handle } }) => handle)).toEqual(['z', 'x']);
  });

  it('knows one that differs in anything as another', async () => {
    await save([says(1, 10, 'a', container('x'))]);
    await save([says(2, 20, 'a', container('x', 'web', '10.255.1.9'))]);
    const address = async (ms: number) =>
      (await model.placementsAt<Container>(ms, {}, all)).map((placed) => placed.container.address);
    expect([await address(19), await address(20)]).toEqual([['10.255.1.2'], ['10.255.1.9']]);
  });

  it('ends where the cell leaves, but not what it said afterwards', async () => {
    await save([says(1, 10, 'a', container('x')), leaves(1, 20, 'a'), says(2, 30, 'a', container('y'))]);
    await save([leaves(2, 25, 'a')]);
    expect([await at(19), await at(25), await at(40)]).toEqual([['a x'], [], ['a y']]);
    expect((await model.cellsHeardBy(25)).length).toBe(0);
    await save([leaves(2, 50, 'a')]);
    expect([await at(50), (await model.cellsHeardBy(50)).length]).toEqual([[], 0]);
  });

  it('keeps by which settings the rules of a cell are made, and when they became others', async () => {
    const withSettings = (n: number, atMs: number, settings?: object) => ({
      ...{ position: n, atMs, cell: 'a', holds: { containers: [], settings } },
    });
    await save([withSettings(1, 10, { port: 1 }), withSettings(2, 20, { port: 1 }), withSettings(3, 30, { port: 2 })]);
    await save([withSettings(4, 40)]);
    const settingsAt = async (ms: number) => (await model.cellsHeardBy(ms, 'a')).map(({ settings }) => settings);
    expect([await settingsAt(9), await settingsAt(29), await settingsAt(30), await settingsAt(40)]).toEqual([
      ...[[], [{ port: 1 }], [{ port: 2 }], [null]],
    ]);
    expect((await model.cellsHeardBy(25, 'a'))[0]).toMatchObject({ fromMs: 10, untilMs: 30 });
  });

  it('is forgotten when it has ended so long ago, and what stands never', async () => {
    await save([says(1, 10, 'a', container('x'), container('y')), says(2, 20, 'a', container('y')), says(3, 10, 'b')]);
    await save([leaves(3, 30, 'b')]);
    await save([says(4, 1_000, 'c')], 25);
    expect([await at(15), (await model.cellsHeardBy(15)).length]).toEqual([['a y'], 2]);
    await save([says(5, 1_001, 'c', container('z'))], 900);
    expect([await at(15), (await model.cellsHeardBy(15)).map(({ cell }) => cell)]).toEqual([['a y'], ['a']]);
  });

  it('stays when the tables of the log are made anew', async () => {
    await save([says(1, 10, 'a', container('x')), says(2, 20, 'a')]);
    const rebuild = await model.beginRebuild();
    await rebuild.finish({ catchUp: async () => {}, isSwapped: true });
    await rebuild.close();
    expect([await at(15), await at(25), (await model.cellsHeardBy(15)).length]).toEqual([['a x'], [], 1]);
    await save([says(3, 30, 'a', container('y'))]);
    expect(await at(30)).toEqual(['a y']);
  });

  it('begins with the migration for what older tables know', async () => {
    const held = { ...container('x'), app: 'web', index: 0, space: null, org: null };
    const rows = ['a', 'b\u0000'].map((cell) => ({ cell, containers: [held], enforcedUpTo: 1, lastReceiptAtMs: null }));
    await model.saveReports({
      ...{ cursorName: 'cells', expectedPosition: 0, position: 7, cells: rows, enforcements: [] },
    });
    await model.close();
    await undoUntil(location, 'placement_span');
    const beforeMs = Date.now();
    model = await openReadModel(location);
    position = 7;
    expect(await model.placementsKnownSince()).toBeGreaterThanOrEqual(beforeMs);
    expect(await at(beforeMs - 1)).toEqual([]);
    expect((await at(Date.now() + 1)).sort()).toEqual(['a x', 'b\u0000 x']);
    await save([says(8, Date.now() + 5, 'a')]);
    expect(await at(Date.now() + 10)).toEqual(['b\u0000 x']);
  });

  it('is what the last report of each cell said, however the reports are cut into transactions', async () => {
    const cell = fc.constantFrom('a', 'b');
    const containers = fc.uniqueArray(
      fc.record({
        handle: fc.constantFrom('x', 'y', 'z'),
        app: fc.constantFrom('web', null),
        address: fc.constant('1'),
      }),
      { selector: ({ handle }) => handle },
    );
    const said = fc.record({ cell, containers, isLast: fc.boolean(), hasLeft: fc.nat(4).map((n) => n === 0) });
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 12 }), async (all_) => {
        // Each run goes on behind the one before, with cells of its own.
        const prefix = `${position}`;
        const from = position;
        let batch: PlacementReport[] = [];
        for (const [i, { cell: name, containers: held, isLast, hasLeft }] of all_.entries()) {
          const report = says(from + i + 1, from + i + 1, `${prefix}${name}`, ...held);
          batch.push(hasLeft ? { ...report, holds: null } : report);
          if (!isLast && i < all_.length - 1) continue;
          await save(batch);
          batch = [];
        }
        for (const i of all_.keys())
          for (const name of ['a', 'b']) {
            const last = all_.slice(0, i + 1).findLast((one) => one.cell === name);
            const expected = last && !last.hasLeft ? last.containers : [];
            const found = await model.placementsAt<Container>(from + i + 1, { cell: `${prefix}${name}` }, all);
            const byHandle = (a: Container, b: Container) => (a.handle < b.handle ? -1 : 1);
            expect(found.map((placed) => placed.container).sort(byHandle)).toEqual([...expected].sort(byHandle));
            const heard = await model.cellsHeardBy(from + i + 1, `${prefix}${name}`);
            expect(heard.length).toBe(last && !last.hasLeft ? 1 : 0);
          }
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
