import type { CellState, Peer } from '@heddle/calc';
import type { Convergence, MalformedPeer, PeerConvergence } from '@heddle/dataplane';

/** A kernel that takes the state it is told, unless it was told to refuse; it can be held up in the middle of a transaction. */
export class FakeKernel {
  /** Every state of the rules it took, in order. */
  readonly rules: CellState[] = [];
  /** Every list of peers it took, in order. */
  readonly peerLists: (readonly Peer[])[] = [];
  /** Peers it leaves out. */
  malformed: MalformedPeer[] = [];
  /** How many transactions are under way. */
  running = 0;
  private refusals: string[] = [];
  private held: Promise<void> = Promise.resolve();

  readonly firewall = {
    converge: async (state: CellState): Promise<Convergence> => {
      await this.transaction('rules', () => this.rules.push(state));
      return { changed: true, elementsAdded: 0, elementsRemoved: 0 };
    },
  };

  readonly peers = {
    converge: async (peers: readonly Peer[]): Promise<PeerConvergence> => {
      await this.transaction('peers', () => this.peerLists.push(peers));
      return { changed: true, malformed: this.malformed };
    },
  };

  /** Refuses the next transactions of these kinds, one each. */
  refuse(...kinds: ('rules' | 'peers')[]): void {
    this.refusals.push(...kinds);
  }

  /** Lets every transaction wait until the function that is returned is called. */
  hold(): () => void {
    let letGo!: () => void;
    this.held = new Promise((resolve) => (letGo = resolve));
    return letGo;
  }

  private async transaction(kind: 'rules' | 'peers', take: () => void): Promise<void> {
    this.running++;
    await this.held;
    this.running--;
    const refused = this.refusals.indexOf(kind);
    if (refused === -1) return take();
    this.refusals.splice(refused, 1);
    throw new Error(`the kernel refused ${kind}`);
  }
}
