import type { CommandEnd } from './mount-namespace';

/** A container runtime of Debian's packages on one cell. Its containers are of busybox, and their processes name it in full. */
export interface DebianRuntime {
  /**
   * Starts a container on a network. Resolves when it runs.
   * @param network a list of plugins, as the CNI specification has it
   * @throws {Error} with the runtime's words
   */
  run(id: string, network: CniNetwork, ...program: readonly string[]): Promise<void>;
  /** Runs a program in a container, to its end. */
  exec(id: string, ...program: readonly string[]): Promise<CommandEnd>;
  /** Ends a container and removes it; one that is not there is fine. */
  remove(id: string): Promise<void>;
  /** Removes what runs, and all that the runtime keeps. */
  stop(): Promise<void>;
}

/** The configuration of a network. */
export interface CniNetwork {
  readonly cniVersion: string;
  readonly name: string;
  readonly plugins: readonly object[];
}
