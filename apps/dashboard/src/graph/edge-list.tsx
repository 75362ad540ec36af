import { policyInWords, portsInWords } from '../text/words';
import { AppName } from '../ui/app-name';
import type { AppGraph } from './graph-of';

/** The drawing as text: the same apps and arrows for those who cannot see it, or want to copy from it. */
export function EdgeList({ graph, onApp }: { graph: AppGraph; onApp(app: string): void }) {
  const alone = graph.apps.filter(({ app }) => graph.edges.every((e) => e.source !== app && e.destination !== app));
  return (
    <details className="edge-list">
      <summary>The graph as text</summary>
      <ul aria-label="Allowed connections">
        {graph.edges.flatMap(({ policies }) =>
          policies.map((policy) => (
            <li key={policyInWords(policy)} data-edge={policyInWords(policy)}>
              <AppName app={policy.source} onApp={onApp} />
              <span className="arrow" aria-label="to">
                →
              </span>
              <AppName app={policy.destination} onApp={onApp} />
              <span className="ports">{portsInWords(policy)}</span>
            </li>
          )),
        )}
      </ul>
      <ul aria-label="Apps and their cells">
        {graph.apps.map(({ app, cells }) => (
          <li key={app} data-app={app} data-cells={cells.join(' ')}>
            <AppName app={app} onApp={onApp} />
            <span className="quiet">
              {cells.length ? `on ${cells.join(', ')}` : 'no containers'}
              {alone.some((a) => a.app === app) && ', not connected'}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
