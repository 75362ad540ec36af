import type { CellReceipt } from '../api/schemas';
import { receiptsToShow } from './receipts-to-show';

const enforced = (n: number, latencyMs: number): CellReceipt => ({
  cell: `cell-${n}`,
  state: 'enforced',
  enforcedAt: null,
  latencyMs,
});

describe('the receipts in a row', () => {
  it('are all there, by number of the cell, while they fit', () => {
    const { shown, leftOut } = receiptsToShow([enforced(10, 1), enforced(2, 9)]);
    expect([shown.map(({ cell }) => cell), leftOut]).toEqual([['cell-2', 'cell-10'], 0]);
  });

  it('are those still missing and the slowest when there are too many', () => {
    const fast = Array.from({ length: 20 }, (_, i) => enforced(i + 1, 1));
    const receipts = [...fast, enforced(40, 90), { ...enforced(41, 0), state: 'waiting', latencyMs: null } as const];
    const { shown, leftOut } = receiptsToShow(receipts);
    expect(shown.map(({ cell }) => cell).slice(-2)).toEqual(['cell-40', 'cell-41']);
    expect([shown.length, leftOut]).toEqual([8, 14]);
  });
});
