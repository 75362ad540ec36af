/** What an agent knows: documents from the control plane, and the containers on its own cell. */

/** One permission towards an app: who may come in (by tag), and where. */
export interface InboundRule {
  readonly protocol: 'tcp' | 'udp';
  /** First port, 1–65535. */
  readonly start: number;
  /** Last port, included. */
  readonly end: number;
  /** Tags of the apps that may open connections; 1–65535, ascending, none twice. */
  readonly tags: readonly number[];
}

/** Everything a cell needs to know of one app. Complete: a newer one replaces an older one wholly. */
export interface AppDocument {
  readonly app: string;
  /** Sequence of the change this document was made after. */
  readonly rev: number;
  /** When that change was committed: epoch milliseconds with a fraction, by the clock of the control plane. For figures only. */
  readonly committedAtMs?: number;
  /** The app's own tag, or `null` while it takes part in no policy. */
  readonly tag: number | null;
  readonly inbound: readonly InboundRule[];
}

/** Another cell, as the dataplane must know it. */
export interface Peer {
  readonly cell: string;
  readonly underlayAddress: string;
  /** CIDR of the overlay subnet behind the peer. */
  readonly overlaySubnet: string;
  readonly overlayHardwareAddress: string;
}

/** Everything a cell needs to know of one lease; `peer` is `null` once the lease has ended. */
export interface LeaseDocument {
  readonly cell: string;
  readonly rev: number;
  /** Whose lease it is or was: a cell that finds another's here, or none, has lost its own. A silk daemon has no incarnation. */
  readonly incarnation?: string;
  /** How the lease ended, where `peer` is `null`. */
  readonly ended?: 'released' | 'expired' | 'fenced';
  readonly peer: Peer | null;
}

/** A container on the agent's own cell. */
export interface LocalContainer {
  /** Its name, as its runtime gave it. */
  readonly handle: string;
  /** `null` for one that nobody has said anything of: it is open to nobody. */
  readonly app: string | null;
  /** Overlay address, dotted. */
  readonly address: string;
  /** Name of the host side of its veth pair. */
  readonly hostInterface: string;
}
