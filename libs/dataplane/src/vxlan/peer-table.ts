import type { Peer } from '@heddle/calc';
import { Turns } from '../turns';
import { changePeers, readPeers } from './kernel-peers';
import { peerDelta } from './peer-delta';
import { PeerReader, union, type MalformedPeer, type PeerEntries, type PeerTableOptions } from './peer-entries';

/** What a converge did. */
export interface PeerConvergence {
  readonly changed: boolean;
  /** Peers among the changed ones that were left out. */
  readonly malformed: readonly MalformedPeer[];
}

/** A peer whose entries the kernel holds, or one that has none because it is malformed. */
interface Programmed {
  readonly peer: Peer;
  readonly entries: PeerEntries | null;
}

/**
 * Routes, neighbours and forwarding entries towards the other cells. Whatever it is told, it does: an empty list removes
 * every peer.
 *
 * It keeps a picture of what the kernel holds, peer by peer, and looks at the kernel again only when asked to
 * ({@link reread}) or when it was refused something. So one peer that comes or goes costs the entries of that peer: a
 * peer is passed over when the list still holds the very object that was programmed, and no list but a new one is looked at.
 */
export class PeerTable {
  private readonly turns = new Turns();
  private readonly reader: PeerReader;
  private programmed = new Map<string, Programmed>();
  private list: readonly Peer[] | null = null;
  private leftOut: readonly MalformedPeer[] = [];

  private constructor(
    private readonly options: PeerTableOptions,
    /** What the kernel was found to hold and what no converge has looked at since. */
    private found: PeerEntries,
  ) {
    this.reader = new PeerReader(options);
  }

  /** Reads what the kernel holds on the VTEP. @throws {KernelRefused} when there is no such VTEP. */
  static async open(options: PeerTableOptions): Promise<PeerTable> {
    return new PeerTable(options, await readPeers(options.vtep));
  }

  /** Peers of the last list that could not be programmed, each with the reason. */
  get malformed(): readonly MalformedPeer[] {
    return this.leftOut;
  }

  /**
   * Makes the kernel hold exactly these peers; additions come before removals, and a peer that is as it was is not touched.
   * No two of them may have the same subnet or hardware address.
   * @throws {PeersRefused} when the kernel refused an entry. The others were made, and the kernel is read again, so that
   *   the next converge begins from the truth.
   * @throws {KernelRefused} when there is no such VTEP.
   */
  converge(peers: readonly Peer[]): Promise<PeerConvergence> {
    return this.turns.take(async () => {
      if (peers === this.list) return { changed: false, malformed: [] };
      const wanted = new Map(peers.map((peer) => [peer.cell, peer]));
      const left = [...this.programmed.values()].filter(({ peer }) => wanted.get(peer.cell) !== peer);
      const malformed: MalformedPeer[] = [];
      const come = [...wanted.values()]
        .filter((peer) => this.programmed.get(peer.cell)?.peer !== peer)
        .map((peer): Programmed => ({ peer, entries: this.read(peer, malformed) }));
      const from = union([this.found, ...entriesOf(left)]);
      const changed = await this.apply(from, union(entriesOf(come)));
      for (const { peer } of left) this.programmed.delete(peer.cell);
      for (const each of come) this.programmed.set(each.peer.cell, each);
      this.found = union([]);
      this.list = peers;
      const renewed = new Set([...left, ...come].map(({ peer }) => peer.cell));
      this.leftOut = [...this.leftOut.filter(({ cell }) => !renewed.has(cell)), ...malformed];
      return { changed, malformed };
    });
  }

  /** Reads the kernel anew, so that the next converge also mends what others have changed. @throws {KernelRefused} */
  reread(): Promise<void> {
    return this.turns.take(() => this.forget());
  }

  private read(peer: Peer, malformed: MalformedPeer[]): PeerEntries | null {
    try {
      return this.reader.entriesOf(peer);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      malformed.push({ cell: peer.cell, reason: error.message });
      return null;
    }
  }

  /** @returns whether there was anything to do. */
  private async apply(from: PeerEntries, to: PeerEntries): Promise<boolean> {
    const changes = peerDelta(from, to);
    if (changes.length === 0) return false;
    try {
      await changePeers(this.options.vtep, changes);
    } catch (error) {
      await this.forget();
      throw error;
    }
    return true;
  }

  private async forget(): Promise<void> {
    this.list = null;
    this.programmed = new Map();
    this.leftOut = [];
    this.found = await readPeers(this.options.vtep);
  }
}

function entriesOf(programmed: readonly Programmed[]): PeerEntries[] {
  return programmed.flatMap(({ entries }) => entries ?? []);
}
