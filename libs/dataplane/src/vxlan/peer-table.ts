import type { Peer } from '@heddle/calc';
import { runCommand } from '../command';
import { Turns } from '../turns';
import { readPeers } from './kernel-peers';
import { renderPeerDelta } from './peer-delta';
import { entriesOf, type MalformedPeer, type PeerEntries, type PeerTableOptions } from './peer-entries';

/** 4000 peers take 0.4 s. */
const BATCH_TIMEOUT_MS = 30_000;

/** What a converge did. */
export interface PeerConvergence {
  readonly changed: boolean;
  /** Peers that were left out. */
  readonly malformed: readonly MalformedPeer[];
}

/** Routes, neighbours and forwarding entries towards the other cells. Whatever it is told, it does: an empty list removes every peer. */
export class PeerTable {
  private readonly turns = new Turns();

  private constructor(
    private readonly options: PeerTableOptions,
    /** What the kernel holds. */
    private held: PeerEntries,
  ) {}

  /** Reads what the kernel holds on the VTEP. @throws {CommandFailed} when there is no such VTEP. */
  static async open(options: PeerTableOptions): Promise<PeerTable> {
    return new PeerTable(options, await readPeers(options.vtep));
  }

  /**
   * Makes the kernel hold exactly these peers; additions come before removals, and a peer that is as it was is not touched.
   * @throws {CommandFailed} when the kernel refused an entry. The others were made, and the kernel is read again, so that
   *   the next converge begins from the truth.
   */
  converge(peers: readonly Peer[]): Promise<PeerConvergence> {
    return this.turns.take(async () => {
      const { entries, malformed } = entriesOf(peers, this.options);
      const delta = renderPeerDelta(this.options.vtep, this.held, entries);
      const batches = [
        { command: 'bridge', stdin: delta.forwardingAdded },
        { command: 'ip', stdin: delta.routing },
        { command: 'bridge', stdin: delta.forwardingRemoved },
      ].filter(({ stdin }) => stdin !== '');
      await this.apply(batches);
      this.held = entries;
      return { changed: batches.length > 0, malformed };
    });
  }

  private async apply(batches: readonly { readonly command: string; readonly stdin: string }[]): Promise<void> {
    const failures: unknown[] = [];
    for (const { command, stdin } of batches) {
      // `-force` goes on after a refused line: one peer's trouble is not every peer's.
      const batch = runCommand(command, ['-force', '-batch', '-'], { stdin, timeoutMs: BATCH_TIMEOUT_MS });
      await batch.catch((error: unknown) => failures.push(error));
    }
    if (failures.length === 0) return;
    this.held = await readPeers(this.options.vtep);
    throw failures[0];
  }
}
