import { usePicture } from '../live/connections';
import { newestOf } from '../picture/ledger';
import { ConnectionState } from './connection-state';
import { Mark } from './mark';

/** Name, ways to the panels and to the past, newest sequence, and how the stream is. */
export function PageHeader({ onLeave, onLookBack }: { onLeave(): void; onLookBack: (() => void) | null }) {
  const { connection, ledger } = usePicture();
  const sequence = newestOf(ledger);
  return (
    <header className="page-header">
      <h1>
        <Mark /> Heddle
      </h1>
      <nav aria-label="Panels">
        <a href="#changes">Changes</a>
        <a href="#graph">Graph</a>
        <a href="#cells">Cells</a>
      </nav>
      <span className="sequence" data-sequence={sequence} title="Sequence of the newest change">
        <span className="sequence-label">newest change</span> {ledger.reach.size > 0 && `#${sequence}`}
      </span>
      <ConnectionState connection={connection} />
      {onLookBack && (
        <button type="button" onClick={onLookBack} title="Show what was so at another moment">
          Look back
        </button>
      )}
      <button type="button" onClick={onLeave} title="Forget the token of this tab">
        Sign out
      </button>
    </header>
  );
}
