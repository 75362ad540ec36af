import type { CellState, Peer } from '@heddle/calc';

/** Runs nft commands against the kernel of the network namespace this process stands in. */
export interface NftRunner {
  readonly kind: 'libnftables' | 'nft';
  /**
   * Runs the commands as one transaction.
   * @throws {KernelRefused} with the kernel's words; then nothing has changed.
   */
  run(text: string): Promise<void>;
  /** Heddle's table as JSON, or `null` when the kernel has none. */
  listTable(): Promise<string | null>;
  /** Waits for what was begun, then lets go. */
  close(): Promise<void>;
}

/** Prefers libnftables in this process, falls back to the `nft` command. @throws {DataplaneUnavailable} without either. */
export declare function openNftRunner(): Promise<NftRunner>;

/** The kernel refused a transaction; nothing has changed. */
export declare class KernelRefused extends Error {
  /** What the kernel said. */
  readonly words: string;
}

/** This machine lacks something the dataplane cannot do without. Fatal: the message says what, and what to do. */
export declare class DataplaneUnavailable extends Error {}

/** A command ended with an error, was not found, or took too long. */
export declare class CommandFailed extends Error {
  /** `null` when it never ran or did not end in time. */
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Heddle's table in the kernel of one cell. */
export declare class NftFirewall {
  /** Makes sure of the table and reads what it holds. The runner stays the caller's to close. */
  static open(runner: NftRunner, options: { readonly vxlanPort: number }): Promise<NftFirewall>;
  /** Makes the kernel hold exactly this state, in one transaction. @throws {KernelRefused} and nothing has changed. */
  converge(state: CellState): Promise<{ changed: boolean; elementsAdded: number; elementsRemoved: number }>;
  /** Reads the kernel anew, so that the next converge also mends what others have changed. */
  reread(): Promise<void>;
  /** Removes the table, and nothing else. */
  remove(): Promise<void>;
}

/** How the end of the tunnels on this cell must look. */
export interface VtepOptions {
  /** `silk-vtep` */
  readonly name: string;
  readonly vni: number;
  readonly port: number;
  /** The cell's own address on the network that carries the tunnels. */
  readonly underlayAddress: string;
  /** The interface that holds the underlay address; found when not given. */
  readonly underlayDevice?: string;
  /** CIDR of the whole overlay. */
  readonly overlayNetwork: string;
  /** CIDR of the cell's own lease. */
  readonly overlaySubnet: string;
  readonly overlayHardwareAddress: string;
}

/** The VTEP as it stands. */
export interface Vtep {
  readonly name: string;
  /** Bytes: what a container's interface may carry at most. */
  readonly mtu: number;
  /** Whether it had to be made (anew); then it has no peers. */
  readonly created: boolean;
}

/** @throws {DataplaneUnavailable} when no interface holds the underlay address, or another hand keeps changing the VTEP. */
export declare function ensureVtep(options: VtepOptions): Promise<Vtep>;
/** Succeeds when there is none. */
export declare function removeVtep(name: string): Promise<void>;

/** A peer that cannot be programmed, and why. */
export interface MalformedPeer {
  readonly cell: string;
  readonly reason: string;
}

/** Routes, neighbours and forwarding entries towards the other cells. */
export declare class PeerTable {
  /** Reads what the kernel holds on the VTEP. */
  static open(options: {
    readonly vtep: string;
    readonly overlayNetwork: string;
    readonly overlaySubnet: string;
  }): Promise<PeerTable>;
  /** Makes the kernel hold exactly these peers; additions come before removals. @throws {CommandFailed} */
  converge(peers: readonly Peer[]): Promise<{ changed: boolean; malformed: readonly MalformedPeer[] }>;
}

/** A container to be put on the overlay. */
export interface ContainerAttachment {
  /** Path of its network namespace (`/run/netns/x`). */
  readonly netns: string;
  /** Overlay address, dotted. */
  readonly address: string;
  /** Bytes; the MTU of the VTEP. */
  readonly mtu: number;
  /** Name of its end in the container: `eth0`. */
  readonly containerInterface: string;
}

/** Puts a container on the overlay. @throws {CommandFailed} and nothing is left behind. */
export declare function attachContainer(container: ContainerAttachment): Promise<void>;
/** Takes a container off the overlay; succeeds when it is already gone. */
export declare function detachContainer(address: string): Promise<void>;
/** The name of the host side of a container's veth pair: `10.255.1.2` → `s-010255001002`. */
export declare function hostInterfaceOf(address: string): string;
/** The host sides that are there now. */
export declare function listHostInterfaces(): Promise<string[]>;
/** Makes the kernel forget the connections from and to an address. @returns how many there were */
export declare function forgetConnections(address: string): Promise<number>;
/** Lets this network namespace forward packets. */
export declare function enableForwarding(): void;
