import type { CellReceipt, Enforcement } from '../api/schemas';
import { duration } from '../text/times';
import { receiptsToShow } from './receipts-to-show';

/** When each cell concerned came to enforce a change. */
export function Receipts({ enforcement }: { enforcement: Enforcement }) {
  const { shown, leftOut } = receiptsToShow(enforcement.cells);
  return (
    <ul className="receipts" aria-label="Receipts of the cells">
      {shown.map((receipt) => (
        <li key={receipt.cell} data-receipt={receipt.cell} data-state={receipt.state} title={titleOf(receipt)}>
          {receipt.cell} <b>{wordsOf(receipt)}</b>
        </li>
      ))}
      {leftOut > 0 && <li className="left-out">and {leftOut} more</li>}
    </ul>
  );
}

function wordsOf({ state, latencyMs }: CellReceipt): string {
  if (state === 'waiting') return 'waiting…';
  if (state === 'unknown') return 'unknown';
  return latencyMs === null ? 'enforced' : duration(latencyMs);
}

function titleOf({ cell, state, enforcedAt }: CellReceipt): string {
  switch (state) {
    case 'enforced':
      return `${cell} enforces this change since ${enforcedAt ?? 'an unknown time'}; the figure is counted from its commit`;
    case 'waiting':
      return `${cell} has not said yet that it enforces this change`;
    case 'unknown':
      return `nothing has been heard from ${cell}`;
  }
}
