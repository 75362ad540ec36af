import { Fragment, useState } from 'react';
import type { Change } from '../api/schemas';
import { dayOf } from '../text/times';
import { ChangeRow } from './change-row';

/** From so many rows on, the browser is asked to leave those out of sight alone. */
const LONG = 300;

/** Changes, newest first, under the day they were made on. */
export function ChangeList({ changes, onApp }: { changes: readonly Change[]; onApp(app: string): void }) {
  // What is there when the list appears is not news.
  const [oldNews] = useState(changes[0]?.seq ?? 0);
  return (
    <ol className={changes.length > LONG ? 'change-list is-long' : 'change-list'} aria-label="Changes, newest first">
      {changes.map((change, i) => {
        const at = new Date(change.time);
        const above = changes[i - 1];
        const startsDay = !above || new Date(above.time).toDateString() !== at.toDateString();
        return (
          <Fragment key={change.seq}>
            {startsDay && <li className="day">{dayOf(at)}</li>}
            <ChangeRow change={change} isNew={change.seq > oldNews} onApp={onApp} />
          </Fragment>
        );
      })}
    </ol>
  );
}
