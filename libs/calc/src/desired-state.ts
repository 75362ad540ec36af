import type { AppDocument, LeaseDocument, LocalContainer, Peer } from './inputs';
import type { CellState } from './outputs';

/** What one agent knows at one moment. */
export interface CellKnowledge {
  /** The agent's own cell. */
  readonly cell: string;
  readonly containers: readonly LocalContainer[];
  readonly apps: ReadonlyMap<string, AppDocument>;
  readonly leases: ReadonlyMap<string, LeaseDocument>;
}

/**
 * The kernel state that follows from what is known. It depends on nothing else, so any order, repetition or loss and
 * resync of documents ends in the same rules. An app without a document is open to nobody and sends without a tag.
 */
export function desiredState({ cell, containers, apps, leases }: CellKnowledge): CellState {
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
    peers: peersOf(cell, leases),
  };
}

function peersOf(cell: string, leases: ReadonlyMap<string, LeaseDocument>): Peer[] {
  return [...leases.values()]
    .flatMap(({ peer }) => (peer && peer.cell !== cell ? [peer] : []))
    .sort((a, b) => (a.cell < b.cell ? -1 : 1));
}
