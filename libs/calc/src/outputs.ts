/** What the kernel of one cell should hold, in terms no backend owns. */
import type { Peer } from './inputs';

/** Which address may send through which interface, and as which app. */
export interface Sender {
  readonly hostInterface: string;
  readonly address: string;
  /** The mark its packets carry, or `null` for none. */
  readonly tag: number | null;
}

/** Packets marked `tag` may reach `address` on these ports. */
export interface Allowance {
  readonly address: string;
  readonly tag: number;
  readonly protocol: 'tcp' | 'udp';
  readonly start: number;
  readonly end: number;
}

/** The desired state of one cell. The order of the lists carries no meaning. */
export interface CellState {
  readonly senders: readonly Sender[];
  readonly allowances: readonly Allowance[];
  /** The other cells, by cell name ascending. */
  readonly peers: readonly Peer[];
}
