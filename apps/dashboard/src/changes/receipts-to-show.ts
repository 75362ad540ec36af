import type { CellReceipt } from '../api/schemas';

/** Receipts that find room in a row of the list. */
const MOST_SHOWN = 8;

/**
 * The receipts of a change to show, by name of the cell, and how many are left out. When there are too many, those who
 * have not enforced it come first and then the slowest: they are what one looks for.
 */
export function receiptsToShow(receipts: readonly CellReceipt[]): { shown: CellReceipt[]; leftOut: number } {
  const urgent = [...receipts].sort((a, b) => urgency(b) - urgency(a) || byName(a, b)).slice(0, MOST_SHOWN);
  return { shown: urgent.sort(byName), leftOut: receipts.length - urgent.length };
}

function urgency({ state, latencyMs }: CellReceipt): number {
  return state === 'enforced' ? (latencyMs ?? 0) : Infinity;
}

function byName(a: CellReceipt, b: CellReceipt): number {
  return a.cell.localeCompare(b.cell, 'en', { numeric: true });
}
