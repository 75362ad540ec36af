import type { AppDocument, LeaseDocument, LocalContainer, Peer } from './inputs';
import type { Allowance, CellState, GuardedContainer } from './outputs';

/** What one agent knows at one moment. */
export interface CellKnowledge {
  readonly containers: readonly LocalContainer[];
  readonly apps: ReadonlyMap<string, AppDocument>;
  /** The other cells; {@link peersOf} tells them from the leases. */
  readonly peers: readonly Peer[];
}

const NOBODY: GuardedContainer['inbound'] = [];

/**
 * The kernel state that follows from what is known. It depends on nothing else, so any order, repetition or loss and
 * resync of documents ends in the same rules. An app without a document is open to nobody and sends without a tag.
 */
export function desiredState({ containers, apps, peers }: CellKnowledge): CellState {
  return {
    containers: containers.map(({ handle, app, address, hostInterface }) => {
      const document = apps.get(app);
      return { handle, address, hostInterface, tag: document?.tag ?? null, inbound: document?.inbound ?? NOBODY };
    }),
    peers,
  };
}

/** The other cells that hold a lease, by name. */
export function peersOf(cell: string, leases: ReadonlyMap<string, LeaseDocument>): Peer[] {
  return [...leases.values()]
    .flatMap(({ peer }) => (peer && peer.cell !== cell ? [peer] : []))
    .sort((a, b) => (a.cell < b.cell ? -1 : 1));
}

/** Everything that a container is open to, rule by rule and tag by tag. */
export function allowancesOf({ address, inbound }: Pick<GuardedContainer, 'address' | 'inbound'>): Allowance[] {
  return inbound.flatMap(({ protocol, start, end, tags }) =>
    tags.map((tag) => ({ address, tag, protocol, start, end })),
  );
}
