import { memo, useRef } from 'react';
import type { Change } from '../api/schemas';
import { useEnforcement } from '../live/use-lists';
import { timeOfDay } from '../text/times';
import { enforcementInWords } from '../text/words';
import { useInSight } from '../ui/use-in-sight';
import { ChangeDetails } from './change-details';
import { Receipts } from './receipts';
import { WhatChanged } from './what-changed';

interface Props {
  readonly change: Change;
  /** It came while the list was being looked at. */
  readonly isNew: boolean;
  onApp(app: string): void;
}

/** One change of the list: when, who, what, why, and where it is in force. */
export const ChangeRow = memo(function ChangeRow({ change, isNew, onApp }: Props) {
  const row = useRef<HTMLLIElement>(null);
  const { data: enforcement, error } = useEnforcement(change.seq, useInSight(row));
  return (
    <li
      ref={row}
      className={isNew ? 'change is-new' : 'change'}
      data-change={change.seq}
      data-enforcement={enforcement?.state}
    >
      <span className="change-sequence">#{change.seq}</span>
      <div className="change-body">
        <div className="change-head">
          <time dateTime={change.time} title={change.time}>
            {timeOfDay(new Date(change.time))}
          </time>
          <span className="actor" title={change.actor.name}>
            {change.actor.name}
          </span>
          <span className={enforcement?.cellsConcerned === 0 ? 'enforcement of-no-cell' : 'enforcement'}>
            {enforcement ? enforcementInWords(enforcement) : error ? 'enforcement unknown' : ''}
          </span>
        </div>
        <WhatChanged what={change.what} onApp={onApp} />
        {change.reason && <p className="reason">{change.reason}</p>}
        <div className="change-foot">
          {enforcement && enforcement.cells.length > 0 && <Receipts enforcement={enforcement} />}
          <ChangeDetails change={change} />
        </div>
      </div>
    </li>
  );
});
