import { QueryCache, QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useSyncExternalStore } from 'react';
import { createApi, requestsOf, type Api, type Requests } from '../api/api';
import { TokenRefused } from '../api/errors';
import { pastApi } from '../past/past-api';
import type { Picture } from '../picture/picture';
import { PictureStore } from '../picture/picture-store';

/** Tries of a request before its panel says that it failed; a refused token is not tried again. */
const TRIES = 3;

/**
 * What the panels share.
 *
 * ```
 *   GET lists ──(react-query: when, retry, cancel)──┐
 *                                                   ├─▶ facts ─▶ fold ─▶ picture ─▶ panels
 *   GET stream ──(followStream: resume, backoff)────┘      │
 *                                                          └─▶ Rereader ─▶ enforcement of the changes in sight, cells
 * ```
 */
export interface Connections {
  readonly api: Api;
  readonly store: PictureStore;
  readonly queries: QueryClient;
  /** Whether what the lists answer can become another; of the past it does not. */
  readonly isLive: boolean;
  readonly events: Requests['events'];
  readonly read: Requests['read'];
}

/** Makes them for one token. `onRefused` hears why the control plane does not accept it. */
export function connect(token: string, onRefused: (why: string) => void): Connections {
  const { events, read } = requestsOf(token);
  const queries = queryClient(onRefused);
  return { api: createApi(token), store: new PictureStore(), queries, isLive: true, events, read };
}

/** The same, of what was so after a change: a picture of its own, into which nothing comes by itself. */
export function connectPast(live: Connections, seq: number): Connections {
  const store = new PictureStore();
  // Lists are asked for as soon as there is somebody who would tell what they miss; of the past they miss nothing.
  store.tell({ type: 'stream-opened', resumed: false });
  const queries = queryClient(() => {});
  return { ...live, api: pastApi(live.api, live, seq), store, queries, isLive: false };
}

function queryClient(onRefused: (why: string) => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error) => error instanceof TokenRefused && onRefused(error.message) }),
    defaultOptions: {
      queries: {
        retry: (failures, error) => !(error instanceof TokenRefused) && failures + 1 < TRIES,
        // The stream tells what changes; nothing gets stale by itself.
        staleTime: Infinity,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // A control plane on this machine answers without any network.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** Set once by the dashboard, around all panels. */
export const ConnectionsContext = createContext<Connections | null>(null);

/** The connections of the dashboard around. */
export function useConnections(): Connections {
  const connections = useContext(ConnectionsContext);
  if (!connections) throw new Error('a panel must stand inside the dashboard');
  return connections;
}

/** The picture as it is now; drawn again when it changes. */
export function usePicture(): Picture {
  const { store } = useConnections();
  return useSyncExternalStore(store.subscribe, store.read);
}
