import { useMemo, useState } from 'react';
import { usePicture } from '../live/connections';
import { usePoliciesList } from '../live/use-lists';
import { FirstPolicy } from '../ui/first-policy';
import { Trouble } from '../ui/trouble';
import { Canvas } from './canvas';
import { EdgeList } from './edge-list';
import { graphOf } from './graph-of';
import type { GraphView } from './graph-view';
import { ViewButtons } from './view-buttons';

/** Who may talk to whom, as a drawing and as text. */
export function GraphPanel({ app, onApp }: { app: string; onApp(app: string): void }) {
  const { allowances, cells, ledger } = usePicture();
  const list = usePoliciesList();
  const [view, setView] = useState<GraphView | null>(null);
  const policies = allowances.state;
  const graph = useMemo(
    () => (policies && cells.state ? graphOf(policies.values(), cells.state.values(), app) : null),
    [policies, cells.state, app],
  );
  return (
    <section className="panel graph-panel" id="graph" aria-labelledby="graph-title">
      <header className="panel-head">
        <h2 id="graph-title">Who may talk to whom</h2>
        {graph && policies && (
          <span className="quiet">
            {count(graph.appsInAll, 'app')}, {count(policies.size, 'policy', 'policies')}
            {graph.apps.length < graph.appsInAll && `; ${graph.apps.length} apps drawn: filter by app to see others`}
          </span>
        )}
        <ViewButtons view={view} />
      </header>
      {list.error && <Trouble what="The policies" error={list.error} onRetry={() => void list.refetch()} />}
      <div className="graph-stage">
        {graph?.apps.length === 0 && <p className="quiet waiting">Nothing runs, and nothing is allowed yet.</p>}
        {graph && <Canvas graph={graph} focus={app} onApp={onApp} onView={setView} />}
        {policies?.size === 0 && ledger.changes.size > 0 && <FirstPolicy title="No app may reach another" />}
      </div>
      {graph && <EdgeList graph={graph} onApp={onApp} />}
    </section>
  );
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
