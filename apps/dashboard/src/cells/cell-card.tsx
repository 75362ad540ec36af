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
          {stateInWords(cell)}
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
          <dd data-enforced-up-to={enforcedUpTo}>
            {state === 'past' && enforcedUpTo === 0 ? '–' : `#${enforcedUpTo}`}
          </dd>
        </div>
        <div>
          <dt>lag</dt>
          <dd className={lagTone(cell)}>{lagInWords(cell)}</dd>
        </div>
      </dl>
      <Containers containers={containers} onApp={onApp} />
    </li>
  );
});

function lagTone({ state, lagMs }: Cell): string {
  return state === 'past' ? 'quiet' : lagMs === 0 ? 'good' : 'bad';
}

function stateInWords({ state, lastSeenAt }: Cell): string {
  if (state === 'past') return 'as it had told';
  return state === 'live' ? 'live' : `silent since ${lastSeenAt ? timeOfDay(new Date(lastSeenAt)) : 'ever'}`;
}

function lagInWords({ state, lagMs, waitingFor }: Cell): string {
  if (state === 'past') return '–';
  const named = waitingFor.slice(0, 3).map((seq) => `#${seq}`);
  const open = waitingFor.length > 3 ? `${waitingFor.length} changes` : named.join(', ');
  if (lagMs === null) return open ? `unknown, waits for ${open}` : 'unknown';
  if (lagMs === 0) return 'none';
  return open ? `${duration(lagMs)}, waits for ${open}` : duration(lagMs);
}
