import type { CellState, Peer, PortChange } from '@heddle/calc';
import type { Convergence, MalformedPeer, PeerConvergence } from '@heddle/dataplane';

type Kind = 'rules' | 'peers' | 'forget' | 'cut';

/** A kernel that takes the state it is told, unless it was told to refuse; it can be held up in the middle of a transaction. */
export class FakeKernel {
  /** Every state of the rules it took, in order. */
  readonly rules: CellState[] = [];
  /** Every list of peers it took, in order. */
  readonly peerLists: (readonly Peer[])[] = [];
  /** Peers it leaves out. */
  malformed: MalformedPeer[] = [];
  /** The ports it says that the next transaction closed. */
  withdrawn: PortChange[] = [];
  /** The addresses whose connections it forgot, and the ports whose flows it ended, in order. */
  readonly forgotten: string[] = [];
  readonly cut: (readonly PortChange[])[] = [];
  /** How many flows it says it ended. */
  flows = 0;
  /** How many transactions are under way. */
  running = 0;
  private readonly refusals: string[] = [];
  private held: Promise<void> = Promise.resolve();

  readonly firewall = {
    converge: async (state: CellState): Promise<Convergence> => {
      await this.transaction('rules', () => this.rules.push(state));
      const { withdrawn } = this;
      this.withdrawn = [];
      return { changed: true, elementsAdded: 0, elementsRemoved: 0, withdrawn };
    },
  };

  readonly peers = {
    converge: async (peers: readonly Peer[]): Promise<PeerConvergence> => {
      await this.transaction('peers', () => this.peerLists.push(peers));
      return { changed: true, malformed: this.malformed };
    },
  };

  readonly connections = {
    forget: (address: string): Promise<void> => this.transaction('forget', () => this.forgotten.push(address)),
    cut: async (withdrawn: readonly PortChange[]): Promise<number> => {
      if (withdrawn.length === 0) return 0;
      await this.transaction('cut', () => this.cut.push(withdrawn));
      return this.flows;
    },
  };

  /** Refuses the next transactions of these kinds, one each. */
  refuse(...kinds: Kind[]): void {
    this.refusals.push(...kinds);
  }

  /** Lets every transaction wait until the function that is returned is called. */
  hold(): () => void {
    let letGo!: () => void;
    this.held = new Promise((resolve) => (letGo = resolve));
    return letGo;
  }

  private async transaction(kind: Kind, take: () => unknown): Promise<void> {
    this.running++;
    await this.held;
    this.running--;
    const refused = this.refusals.indexOf(kind);
    if (refused === -1) return void take();
    this.refusals.splice(refused, 1);
    throw new Error(`the kernel refused ${kind}`);
  }
}
