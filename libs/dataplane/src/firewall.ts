import type { CellState } from '@heddle/calc';

/** What a converge did. */
export interface Convergence {
  readonly changed: boolean;
  /** Elements of sets, or rules of chains. */
  readonly elementsAdded: number;
  readonly elementsRemoved: number;
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
  /**
   * Makes the kernel hold exactly this state, in one transaction.
   * @throws {KernelRefused} and nothing has changed; the next converge begins from what the kernel holds.
   */
  converge(state: CellState): Promise<Convergence>;
  /** Reads the kernel anew, so that the next converge also mends what others have changed. @throws {KernelRefused} */
  reread(): Promise<void>;
  /** Removes what is Heddle's, and nothing else. A later converge would load it again. @throws {KernelRefused} */
  remove(): Promise<void>;
  /** Waits for what was begun, then lets go of the kernel; its rules stay. */
  close(): Promise<void>;
}
