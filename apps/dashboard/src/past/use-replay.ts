import { useEffect, useState } from 'react';
import { useConnections } from '../live/connections';
import { playReplay } from './play-replay';

/** How a replay stands. */
export interface Replay {
  readonly isPlaying: boolean;
  /** Why it ended, where it did not by itself. */
  readonly why: string | null;
  play(speed: number): void;
  stop(): void;
}

/** Shows again what came behind a change, into the picture of the connections around. */
export function useReplay(seq: number): Replay {
  const { events, store } = useConnections();
  const [speed, setSpeed] = useState<number | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  useEffect(() => {
    if (speed === null) return;
    const leaving = new AbortController();
    const play = async (): Promise<void> => {
      const body = await events(`/api/v1/replay?from=${seq + 1}&speed=${speed}`, leaving.signal);
      await playReplay(body, store.tell);
    };
    play()
      .catch((error: unknown) => {
        if (!leaving.signal.aborted) setWhy(error instanceof Error ? error.message : String(error));
      })
      .finally(() => {
        if (!leaving.signal.aborted) setSpeed(null);
      });
    return () => leaving.abort();
  }, [events, store, seq, speed]);
  return {
    ...{ isPlaying: speed !== null, why },
    play: (factor) => {
      setWhy(null);
      setSpeed(factor);
    },
    stop: () => setSpeed(null),
  };
}
