import type { AppDocument, LocalContainer, Peer } from './inputs';
import type { Allowance, CellState, GuardedContainer } from './outputs';
import { outwardContainers, type OutsideKnowledge } from './outside';

/** What one agent knows at one moment. */
export interface CellKnowledge {
  /** Those whose addresses are of the lease the cell holds. */
  readonly containers: readonly LocalContainer[];
  readonly apps: ReadonlyMap<string, AppDocument>;
  /** What `peersOf` makes of the leases; it changes less often than the rest, so it is worth keeping. */
  readonly peers: readonly Peer[];
  readonly outside?: OutsideKnowledge;
}

const NOBODY: GuardedContainer['inbound'] = [];

/**
 * The kernel state that follows from what is known. It depends on nothing else, so any order, repetition or loss and
 * resync of documents ends in the same rules. An app without a document is open to nobody and sends without a tag, and
 * so is a container without an app.
 */
export function desiredState({ containers, apps, peers, outside }: CellKnowledge): CellState {
  return {
    containers: containers.map(({ handle, app, address, hostInterface }) => {
      const document = app === null ? undefined : apps.get(app);
      return { handle, address, hostInterface, tag: document?.tag ?? null, inbound: document?.inbound ?? NOBODY };
    }),
    peers,
    ...(outside && { outside: outwardContainers(containers, outside) }),
  };
}

/** Everything that a container is open to, rule by rule and tag by tag. */
export function allowancesOf({ address, inbound }: Pick<GuardedContainer, 'address' | 'inbound'>): Allowance[] {
  return inbound.flatMap(({ protocol, start, end, tags }) =>
    tags.map((tag) => ({ address, tag, protocol, start, end })),
  );
}
