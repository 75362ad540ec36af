import type { CellState, PortChange } from '@heddle/calc';

/** What a converge did. */
export interface Convergence {
  readonly changed: boolean;
  /** Elements of sets, or rules of chains. */
  readonly elementsAdded: number;
  readonly elementsRemoved: number;
  /** The ports that were open before and are not any more, of containers that are still there. */
  readonly withdrawn: readonly PortChange[];
}

/** What others have made of what is Heddle's. */
export interface Drift {
  /** Elements of sets, or rules, that should be there and were not. */
  readonly elementsMissing: number;
  /** Those that should not be there and were. */
  readonly elementsForeign: number;
  /** Whether what does not depend on the state was not as it was written, or gone. */
  readonly rulesChanged: boolean;
}

/** What programs the kernel: a library in this process, or a command. */
export type FirewallBackend = 'libnftables' | 'nft' | 'iptables-nft' | 'iptables-legacy';

/**
 * Heddle's own part of a cell's packet filter, as the agent needs it. From the moment it is opened, what no state has allowed
 * is refused; the rules stay when the process that made them ends; what others have put into the kernel is left alone.
 * `firewall-contract.it.spec.ts` says the rest, of every backend alike.
 */
export interface Firewall {
  readonly backend: FirewallBackend;
  /** How many elements of sets, or rules of chains, the kernel holds, as far as this process knows. */
  readonly elementsHeld: number;
  /**
   * Makes the kernel hold exactly this state, in one transaction; with iptables the rewriting of addresses is another, before it.
   * @throws {KernelRefused} and nobody may pass who could not before; the next converge begins from what the kernel holds.
   */
  converge(state: CellState): Promise<Convergence>;
  /** Reads the kernel anew, so that the next converge also mends what others have changed. @throws {KernelRefused} */
  reread(): Promise<void>;
  /**
   * Looks whether others have changed what this process last wrote; the next converge mends it.
   * @returns what is different, or `null`. @throws {KernelRefused}
   */
  inspect(): Promise<Drift | null>;
  /** Removes what is Heddle's, and nothing else. A later converge would load it again. @throws {KernelRefused} */
  remove(): Promise<void>;
  /** Waits for what was begun, then lets go of the kernel; its rules stay. */
  close(): Promise<void>;
}
