/** What the kernel of one cell should hold, in terms no backend owns. */
import type { InboundRule, Peer } from './inputs';
import type { OutwardContainer } from './outside';

/** One container as the kernel of its cell must know it: as which app it sends, and who may come in. */
export interface GuardedContainer {
  /** Which container holds the address; another one at the same address is another container. */
  readonly handle: string;
  readonly address: string;
  readonly hostInterface: string;
  /** The mark its packets carry, or `null` for none. */
  readonly tag: number | null;
  /** The very list of the app's document, so that whoever compares two states sees at once that nothing changed. */
  readonly inbound: readonly InboundRule[];
}

/** The desired state of one cell. The order of the containers carries no meaning. */
export interface CellState {
  readonly containers: readonly GuardedContainer[];
  /** The other cells, by cell name ascending. */
  readonly peers: readonly Peer[];
  /** What goes between containers and the world outside; without it, nothing. */
  readonly outside?: readonly OutwardContainer[];
}

/** Ports from the first to the last, both included. */
export interface PortRange {
  readonly start: number;
  readonly end: number;
}

/** Packets marked `tag` may reach `address` on these ports. */
export interface Allowance extends PortRange {
  readonly address: string;
  readonly tag: number;
  readonly protocol: 'tcp' | 'udp';
}
