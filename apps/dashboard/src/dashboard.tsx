import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { CellsPanel } from './cells/cells-panel';
import { ChangesPanel } from './changes/changes-panel';
import { GraphPanel } from './graph/graph-panel';
import { connect, ConnectionsContext } from './live/connections';
import { useStream } from './live/use-stream';
import { useChosenApp } from './session/chosen-app';
import { PageHeader } from './ui/page-header';

/** Everything behind the token. */
export function Dashboard(props: { token: string; onRefused(why: string): void; onLeave(): void }) {
  const { token, onRefused, onLeave } = props;
  const [connections] = useState(() => connect(token, onRefused));
  const [app, chooseApp] = useChosenApp();
  useStream(connections, onRefused);
  return (
    <ConnectionsContext value={connections}>
      <QueryClientProvider client={connections.queries}>
        <div className="dashboard">
          <PageHeader onLeave={onLeave} />
          <main>
            <ChangesPanel app={app} onApp={chooseApp} />
            <GraphPanel app={app} onApp={chooseApp} />
            <CellsPanel onApp={chooseApp} />
          </main>
        </div>
      </QueryClientProvider>
    </ConnectionsContext>
  );
}
