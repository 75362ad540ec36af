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

/** One rule of a security group, in the words of Cloud Foundry's. */
export interface GroupRule {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'all';
  /** Addresses, CIDR blocks and ranges (`10.0.0.1-10.0.0.9`), with commas between them. */
  readonly destination: string;
  /** Ports and ranges (`80, 8000-8999`), with commas between them; empty where the protocol has none. */
  readonly ports: string;
  /** ICMP type and code, −1 for any. */
  readonly type: number;
  readonly code: number;
  /** Whether connections it allows are logged. */
  readonly log: boolean;
}

/** The security groups bound to one space, or with `null` those that hold in all. Complete, as an app's document is. */
export interface SpaceDocument {
  readonly space: string | null;
  readonly rev: number;
  /** As an app's document has it. */
  readonly committedAtMs?: number;
  readonly groups: readonly {
    readonly guid: string;
    readonly name: string;
    /** Whether it holds for containers that stage an app. */
    readonly staging: boolean;
    /** Whether it holds for containers that run an app. */
    readonly running: boolean;
    readonly rules: readonly GroupRule[];
  }[];
}

/** What a container does, as far as security groups tell containers apart. */
export type Workload = 'running' | 'staging';

/** A port of the cell that leads to one of a container. */
export interface PublishedPort {
  readonly protocol: 'tcp' | 'udp';
  /** Address of the cell that it is open on. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

/** What of a container is about the world beside the overlay. */
export interface ContainerOutside {
  /** `null` for one of no kind: no security group is about it. */
  readonly workload: Workload | null;
  readonly space: string | null;
  /** Rules that came with it, instead of those of its space and of all spaces. */
  readonly netOut?: readonly GroupRule[];
  readonly published: readonly PublishedPort[];
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
  /** Without it, it reaches nothing outside and nothing there reaches it. */
  readonly outside?: ContainerOutside;
}
