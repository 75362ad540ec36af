import { QueryClientProvider } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { connectPast, ConnectionsContext, useConnections } from '../live/connections';
import { TimeBar } from './time-bar';

interface Props {
  readonly seq: number;
  readonly newest: number;
  onSeq(seq: number): void;
  onLeave(): void;
  readonly children: ReactNode;
}

/** Whatever stands in here is shown as it was after a change. */
export function LookingBack({ children, ...bar }: Props) {
  const live = useConnections();
  const { seq } = bar;
  const past = useMemo(() => connectPast(live, seq), [live, seq]);
  return (
    <ConnectionsContext value={past}>
      <QueryClientProvider client={past.queries}>
        <TimeBar {...bar} />
        {children}
      </QueryClientProvider>
    </ConnectionsContext>
  );
}
