import type { AppDocument, LocalContainer, Peer } from './inputs';
import type { CellState } from './outputs';

/** What one agent knows at one moment. */
export interface CellKnowledge {
  /** Those whose addresses are of the lease the cell holds. */
  readonly containers: readonly LocalContainer[];
  readonly apps: ReadonlyMap<string, AppDocument>;
  /** What `peersOf` makes of the leases; it changes less often than the rest, so it is worth keeping. */
  readonly peers: readonly Peer[];
}

/**
 * The kernel state that follows from what is known. It depends on nothing else, so any order, repetition or loss and
 * resync of documents ends in the same rules. An app without a document is open to nobody and sends without a tag.
 */
export function desiredState({ containers, apps, peers }: CellKnowledge): CellState {
  return {
    senders: containers.map(({ app, address, hostInterface }) => ({
      hostInterface,
      address,
      tag: apps.get(app)?.tag ?? null,
    })),
    allowances: containers.flatMap(({ app, address }) =>
      (apps.get(app)?.inbound ?? []).flatMap(({ protocol, start, end, tags }) =>
        tags.map((tag) => ({ address, tag, protocol, start, end })),
      ),
    ),
    peers,
  };
}
