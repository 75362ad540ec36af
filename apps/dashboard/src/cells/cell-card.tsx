import { memo } from 'react';
import type { Cell } from '../api/schemas';
import { duration, timeOfDay } from '../text/times';
import { Containers } from './containers';

/** One cell. */
export const CellCard = memo(function CellCard({ cell, onApp }: { cell: Cell; onApp(app: string): void }) {
  const { state, lastSeenAt, lease, enforcedUpTo, containers } = cell;
  return (
    <li className="cell" data-cell={cell.cell} data-state={state}>
      <h3>
        <span className="dot" aria-hidden="true" /> {cell.cell}
        <span className="cell-state" title={lastSeenAt ?? undefined}>
          {state === 'live' ? 'live' : `silent since ${lastSeenAt ? timeOfDay(new Date(lastSeenAt)) : 'ever'}`}
        </span>
      </h3>
      <dl>
        <div>
          <dt>overlay</dt>
          <dd className="address">{lease?.overlaySubnet ?? 'no lease'}</dd>
        </div>
        <div>
          <dt>underlay</dt>
          <dd className="address">{lease?.underlayAddress ?? '–'}</dd>
        </div>
        <div>
          <dt>enforced up to</dt>
          <dd data-enforced-up-to={enforcedUpTo}>#{enforcedUpTo}</dd>
        </div>
        <div>
          <dt>lag</dt>
          <dd className={cell.lagMs === 0 ? 'good' : 'bad'}>{lagInWords(cell)}</dd>
        </div>
      </dl>
      <Containers containers={containers} onApp={onApp} />
    </li>
  );
});

function lagInWords({ lagMs, waitingFor }: Cell): string {
  const named = waitingFor.slice(0, 3).map((seq) => `#${seq}`);
  const open = waitingFor.length > 3 ? `${waitingFor.length} changes` : named.join(', ');
  if (lagMs === null) return open ? `unknown, waits for ${open}` : 'unknown';
  if (lagMs === 0) return 'none';
  return open ? `${duration(lagMs)}, waits for ${open}` : duration(lagMs);
}
