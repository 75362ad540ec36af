import { useEffect } from 'react';
import { TokenRefused } from '../api/errors';
import { followStream } from '../stream/follow-stream';
import type { Connections } from './connections';
import { Rereader } from './rereader';

/** A tab that was hidden for longer may have been frozen by the browser; its lists are read again when it returns. */
const LONG_HIDDEN_MS = 5 * 60_000;

/** Follows the live stream into the picture for as long as the dashboard stands. */
export function useStream({ api, store, queries }: Connections, onRefused: (why: string) => void): void {
  useEffect(() => {
    const leaving = new AbortController();
    const rereader = new Rereader(queries);
    const source = {
      open: api.stream,
      tell(fact: Parameters<typeof store.tell>[0]) {
        store.tell(fact);
        rereader.hear(fact);
      },
    };
    followStream(source, leaving.signal).catch((error: unknown) => {
      if (error instanceof TokenRefused) onRefused(error.message);
      else throw error;
    });
    return () => {
      leaving.abort();
      rereader.close();
    };
  }, [api, store, queries, onRefused]);

  useEffect(() => {
    let hiddenAt: number | null = null;
    const note = (): void => {
      if (document.hidden) hiddenAt = Date.now();
      else if (hiddenAt !== null && Date.now() - hiddenAt > LONG_HIDDEN_MS) store.tell({ type: 'lists-doubted' });
    };
    document.addEventListener('visibilitychange', note);
    return () => document.removeEventListener('visibilitychange', note);
  }, [store]);
}
