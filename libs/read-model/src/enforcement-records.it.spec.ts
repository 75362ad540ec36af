import { describeOnEachDatabase } from '@heddle/testing';
import { CursorMoved, openReadModel, type CellRow, type EnforcementRow, type ReadModel, type Reports } from './index';

const container = { handle: 'h-1', app: 'web', index: 0, address: '10.255.1.2', space: null, org: 'org-1' };
const cell_1: CellRow = {
  cell: 'cell-1',
  containers: [container],
  namesSpaces: true,
  enforcedUpTo: 12,
  lastReceiptAtMs: 1762160400000.25,
};
const cell_2: CellRow = { cell: '__proto__', containers: [], enforcedUpTo: 1, lastReceiptAtMs: null };

function enforcement(seq: number, inForce: boolean, cells: [string, number | null][] = []): EnforcementRow {
  return { seq, committedAtMs: 1762160400000.5 + seq, inForce, cells: Object.fromEntries(cells) };
}

function reports(from: number, to: number, said: Partial<Reports>): Reports {
  return { cursorName: 'cells', expectedPosition: from, position: to, cells: [], enforcements: [], ...said };
}

/** `toEqual` passes over prototypes, which is what is wanted of `cells`. */
describeOnEachDatabase('what the cells reported', (databases) => {
  let model: ReadModel;

  beforeEach(async () => {
    model = await openReadModel(await databases.fresh());
  });
  afterEach(() => model.close());

  it('is nothing at first', async () => {
    expect(await model.loadCells()).toEqual([]);
    expect(await model.loadPendingEnforcements(10)).toEqual([]);
    expect(await model.enforcement(1)).toBeUndefined();
    expect(await model.lastEnforcementSeq()).toBe(0);
    expect(await model.cursor('cells')).toBe(0);
  });

  it('is given back, the newest of each cell and change, with the cursor', async () => {
    await model.saveReports(reports(0, 7, { cells: [cell_1, cell_2], enforcements: [enforcement(12, false)] }));
    const newer = { ...cell_1, containers: [], enforcedUpTo: 13 };
    const enforced = enforcement(12, true, [['cell-1', 1762160400012.75]]);
    await model.saveReports(reports(7, 9, { cells: [cell_1, newer], enforcements: [enforced] }));

    expect(await model.loadCells()).toStrictEqual([cell_2, newer]);
    expect(await model.enforcement(12)).toEqual(enforced);
    expect(await model.cursor('cells')).toBe(9);
    expect(await model.cursor('log')).toBe(0);
  });

  it('is looked up by any name of a cell without finding what JavaScript put there', async () => {
    await model.saveReports(reports(0, 1, { enforcements: [enforcement(3, false, [['__proto__', 5]])] }));
    const cells = (await model.enforcement(3))?.cells ?? {};
    expect(Object.entries(cells)).toEqual([['__proto__', 5]]);
    expect(cells['__proto__']).toBe(5);
    expect(cells['constructor']).toBeUndefined();
  });

  it('has the oldest pending changes first', async () => {
    const enforcements = [5, 11, 2, 100, 9].map((seq) => enforcement(seq, seq === 5));
    await model.saveReports(reports(0, 1, { enforcements }));
    const seqs = async (limit: number) => (await model.loadPendingEnforcements(limit)).map(({ seq }) => seq);
    expect(await seqs(3)).toEqual([2, 9, 11]);
    expect(await seqs(10)).toEqual([2, 9, 11, 100]);
    expect(await model.lastEnforcementSeq()).toBe(100);
  });

  it('is written whole or not at all: not when the cursor is elsewhere', async () => {
    await model.saveReports(reports(0, 4, { cells: [cell_1] }));
    for (const expected of [0, 3, 5])
      await expect(model.saveReports(reports(expected, 9, { cells: [cell_2] }))).rejects.toThrow(CursorMoved);
    expect(await model.loadCells()).toStrictEqual([cell_1]);
    expect(await model.cursor('cells')).toBe(4);
  });

  it('is written once when two write from the same place', async () => {
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((to) => model.saveReports(reports(0, to, { cells: [cell_1] }))),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('keeps how far a cell has followed leases, and of a change of a lease whose it is', async () => {
    const said = { rev: 9, atMs: 1762160400000.5 };
    const leases = { upTo: 7, ahead: new Map([['__proto__', said]]), all: said };
    const enforcements = [
      { ...enforcement(7, true), lease: { cell: 'cell-9', passedBy: 8 } },
      { ...enforcement(8, false, [['cell-1', null]]), lease: { cell: 'cell-2' } },
    ];
    await model.saveReports(reports(0, 1, { cells: [{ ...cell_1, leases }], enforcements }));
    expect(await model.loadCells()).toEqual([{ ...cell_1, leases }]);
    expect(await model.enforcement(7)).toEqual(enforcements[0]);
    expect(await model.loadPendingEnforcements(9)).toEqual([enforcements[1]]);
  });

  it('forgets a cell of which nothing is known any more: it has left', async () => {
    await model.saveReports(reports(0, 1, { cells: [cell_1] }));
    expect(await model.loadCells()).toEqual([cell_1]);
    const left = { ...cell_1, containers: [], enforcedUpTo: 0, lastReceiptAtMs: null };
    await model.saveReports(reports(1, 2, { cells: [left] }));
    expect(await model.loadCells()).toEqual([]);
  });

  it('finds the stretches in which a change lies, each kept once', async () => {
    const stretch = (cell: string, first: number, last: number, atMs = 2000.5) => ({ cell, first, last, atMs });
    const [narrow, wide, later] = [stretch('a', 5, 5), stretch('b', 2, 9), stretch('a', 7, 9)];
    await model.saveReports(reports(0, 1, { stretches: [narrow, wide] }));
    await model.saveReports(reports(1, 2, { stretches: [later, { ...wide, atMs: 3000 }] }));
    const over = async (seq: number, passedBy?: number) =>
      (await model.stretchesOver(seq, passedBy)).sort((x, y) => (x.cell < y.cell ? -1 : 1));
    expect(await over(5)).toEqual([narrow, wide]);
    expect(await over(5, 8)).toEqual([narrow]);
    expect(await over(9)).toEqual([later, wide]);
    expect(await over(10)).toEqual([]);
  });

  it('is written for thousands of changes at once', async () => {
    const enforcements = Array.from({ length: 10_000 }, (_, i) => enforcement(i + 1, false));
    await model.saveReports(reports(0, 1, { enforcements }));
    await model.saveReports(reports(1, 2, { enforcements }));
    expect(await model.loadPendingEnforcements(20_000)).toHaveLength(10_000);
  });
});
