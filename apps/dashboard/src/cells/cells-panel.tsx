import type { Cell } from '../api/schemas';
import { usePicture } from '../live/connections';
import { useCellsList } from '../live/use-lists';
import { Trouble } from '../ui/trouble';
import { CellCard } from './cell-card';

/** The hosts: who is there, what they run, and how far each has come. */
export function CellsPanel({ onApp }: { onApp(app: string): void }) {
  const { cells } = usePicture();
  const list = useCellsList();
  const all = cells.state && silentFirst([...cells.state.values()]);
  const count = (wanted: Cell['state']): number => all?.filter(({ state }) => state === wanted).length ?? 0;
  const [live, silent, past] = [count('live'), count('silent'), count('past')];
  return (
    <section className="panel cells-panel" id="cells" aria-labelledby="cells-title">
      <header className="panel-head">
        <h2 id="cells-title">Cells</h2>
        {all !== null && all.length > 0 && (
          <span className="quiet">
            {past > 0 ? `${past} known of` : `${live} live`}
            {silent > 0 && <strong className="bad">, {silent} silent</strong>}
          </span>
        )}
      </header>
      <div className="panel-body" tabIndex={0} role="region" aria-label="List of cells">
        {list.error && <Trouble what="The cells" error={list.error} onRetry={() => void list.refetch()} />}
        {all === null && !list.error && <p className="quiet waiting">Asking for the cells…</p>}
        {all?.length === 0 && (
          <p className="quiet waiting">
            No cell has joined yet. Where the lab runs, <code>npm start</code> brings two.
          </p>
        )}
        <ul className="cells">
          {all?.map((cell) => (
            <CellCard key={cell.cell} cell={cell} onApp={onApp} />
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Silence is what one must not have to scroll for. */
function silentFirst(cells: Cell[]): Cell[] {
  return cells.sort((a, b) => Number(b.state === 'silent') - Number(a.state === 'silent'));
}
