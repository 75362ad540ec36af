import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { CellsPanel } from './cells/cells-panel';
import { ChangesPanel } from './changes/changes-panel';
import { GraphPanel } from './graph/graph-panel';
import { connect, ConnectionsContext, usePicture } from './live/connections';
import { useStream } from './live/use-stream';
import { LookingBack } from './past/looking-back';
import { newestOf } from './picture/ledger';
import { useChosenApp } from './session/chosen-app';
import { PageHeader } from './ui/page-header';

/** Everything behind the token. */
export function Dashboard(props: { token: string; onRefused(why: string): void; onLeave(): void }) {
  const { token, onRefused, onLeave } = props;
  const [connections] = useState(() => connect(token, onRefused));
  useStream(connections, onRefused);
  return (
    <ConnectionsContext value={connections}>
      <QueryClientProvider client={connections.queries}>
        <div className="dashboard">
          <Standing onLeave={onLeave} />
        </div>
      </QueryClientProvider>
    </ConnectionsContext>
  );
}

/** The page, of now or of a moment that somebody looks back to. */
function Standing({ onLeave }: { onLeave(): void }) {
  const newest = newestOf(usePicture().ledger);
  const [seq, lookBackTo] = useState<number | null>(null);
  const lookBack = newest > 0 && seq === null ? () => lookBackTo(newest) : null;
  return (
    <>
      <PageHeader onLeave={onLeave} onLookBack={lookBack} />
      {seq === null ? (
        <Panels />
      ) : (
        <LookingBack seq={seq} newest={newest} onSeq={lookBackTo} onLeave={() => lookBackTo(null)}>
          <Panels key={seq} />
        </LookingBack>
      )}
    </>
  );
}

function Panels() {
  const [app, chooseApp] = useChosenApp();
  return (
    <main>
      <ChangesPanel app={app} onApp={chooseApp} />
      <GraphPanel app={app} onApp={chooseApp} />
      <CellsPanel onApp={chooseApp} />
    </main>
  );
}
