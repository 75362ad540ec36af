import { useMemo } from 'react';
import { usePicture } from '../live/connections';
import { useNewestChanges, useOlderChanges } from '../live/use-lists';
import { MOST_CHANGES, olderThan, shownChanges } from '../picture/ledger';
import { knownApps } from '../picture/known-apps';
import { FirstPolicy } from '../ui/first-policy';
import { Trouble } from '../ui/trouble';
import { Announcer } from './announcer';
import { AppFilter } from './app-filter';
import { ChangeList } from './change-list';

/** The list of changes as it grows, of all apps or of one. */
export function ChangesPanel({ app, onApp }: { app: string; onApp(app: string): void }) {
  const { connection, ledger, allowances, cells } = usePicture();
  const newest = useNewestChanges(app);
  const older = useOlderChanges(app);
  const changes = useMemo(() => shownChanges(ledger, app), [ledger, app]);
  const known = useMemo(() => knownApps(allowances.state, cells.state), [allowances.state, cells.state]);
  const next = olderThan(ledger, app);
  return (
    <section className="panel changes-panel" id="changes" aria-labelledby="changes-title">
      <header className="panel-head">
        <h2 id="changes-title">Changes</h2>
        <AppFilter app={app} known={known} onApp={onApp} />
      </header>
      <div className="panel-body" tabIndex={0} role="region" aria-label="List of changes">
        {newest.error && <Trouble what="The changes" error={newest.error} onRetry={() => void newest.refetch()} />}
        {changes === null && !newest.error && (
          <p className="quiet waiting">
            {connection.state === 'reconnecting'
              ? `The control plane cannot be reached: ${connection.why}. Trying again.`
              : 'Reading the log…'}
          </p>
        )}
        {changes?.length === 0 && (app ? <NoneOf app={app} /> : <FirstPolicy title="No changes yet" />)}
        {changes !== null && changes.length > 0 && <ChangeList key={app} changes={changes} onApp={onApp} />}
        {older.error && <Trouble what="Older changes" error={older.error} onRetry={() => older.reset()} />}
        {next !== null && (
          <button type="button" className="load-older" disabled={older.isPending} onClick={() => older.mutate(next)}>
            {older.isPending ? 'Loading…' : 'Load older'}
          </button>
        )}
        {ledger.changes.size >= MOST_CHANGES && (
          <p className="quiet waiting">
            No more than {MOST_CHANGES} changes are kept here; filter by app, or use <code>heddle changes</code>.
          </p>
        )}
      </div>
      <Announcer newest={changes?.[0] ?? null} />
    </section>
  );
}

function NoneOf({ app }: { app: string }) {
  return (
    <p className="quiet waiting">
      No change concerns <strong>{app}</strong>.
    </p>
  );
}
