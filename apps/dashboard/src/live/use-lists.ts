import { useMutation, useQuery } from '@tanstack/react-query';
import type { Enforcement } from '../api/schemas';
import { useConnections, usePicture } from './connections';

/** Silence of a cell is nothing that the stream can tell, so the list of cells is read this often while it is looked at. */
const CELLS_EVERY_MS = 5_000;
/** The same while a cell is behind or silent. */
const CELLS_IN_TROUBLE_EVERY_MS = 2_000;
/** A change that is not yet in force everywhere is read this often, should its receipt have been missed. */
const PENDING_EVERY_MS = 5_000;

// Answers are told to the picture, which goes on to keep them true; a query only knows that it was answered, hence `null`.
// The stream must be open before a list is asked for: the round is 0 until then, and grows when lists must be read again.

/** Reads the policies into the picture. */
export function usePoliciesList() {
  const { api, store } = useConnections();
  const { round } = usePicture();
  return useQuery({
    queryKey: ['policies', round],
    enabled: round > 0,
    queryFn: async ({ signal }) => {
      store.tell({ type: 'policies-asked' });
      const policies = await api.policies(signal);
      signal.throwIfAborted();
      store.tell({ type: 'policies-listed', policies });
      return null;
    },
  });
}

/** Reads the cells into the picture, again and again. */
export function useCellsList() {
  const { api, store, isLive } = useConnections();
  const { round, cells } = usePicture();
  const isTrouble = [...(cells.state?.values() ?? [])].some((cell) => cell.state === 'silent' || cell.lagMs !== 0);
  return useQuery({
    queryKey: ['cells', round],
    enabled: round > 0,
    refetchInterval: isLive && (isTrouble ? CELLS_IN_TROUBLE_EVERY_MS : CELLS_EVERY_MS),
    queryFn: async ({ signal }) => {
      store.tell({ type: 'cells-asked' });
      const cells = await api.cells(signal);
      signal.throwIfAborted();
      store.tell({ type: 'cells-listed', cells });
      return null;
    },
  });
}

/** Reads the newest changes that concern an app ('' for all) into the picture. */
export function useNewestChanges(app: string) {
  const { api, store } = useConnections();
  const { round } = usePicture();
  return useQuery({
    queryKey: ['changes', round, app],
    enabled: round > 0,
    queryFn: async ({ signal }) => {
      const page = await api.changes({ app, before: null }, signal);
      store.tell({ type: 'changes-listed', app, before: null, page });
      return null;
    },
  });
}

/** Reads the page of changes before a sequence, at the viewer's wish. */
export function useOlderChanges(app: string) {
  const { api, store } = useConnections();
  return useMutation({
    mutationFn: async (before: number) => {
      const page = await api.changes({ app, before }, new AbortController().signal);
      store.tell({ type: 'changes-listed', app, before, page });
    },
  });
}

/** On which cells a change is in force; read only while `isInSight`. */
export function useEnforcement(seq: number, isInSight: boolean) {
  const { api } = useConnections();
  return useQuery<Enforcement>({
    queryKey: ['enforcement', seq],
    enabled: isInSight,
    refetchInterval: ({ state }) => (state.data?.state === 'in-force' ? false : PENDING_EVERY_MS),
    queryFn: ({ signal }) => api.enforcement(seq, signal),
  });
}
