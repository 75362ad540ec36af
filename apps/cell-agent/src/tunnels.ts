import type { Peer } from '@heddle/calc';
import {
  ensureVtep,
  PeerTable,
  removeVtep,
  Turns,
  type MalformedPeer,
  type PeerConvergence,
  type VtepOptions,
} from '@heddle/dataplane';

interface Raised {
  readonly options: VtepOptions;
  readonly mtu: number;
  readonly table: PeerTable;
}

/**
 * The cell's end of the overlay, with its peers: there while the cell may forward, and gone while it may not. One thing is
 * done at a time, so that no comparison with the kernel brings back what was just taken away.
 */
export class Tunnels {
  private readonly turns = new Turns();
  private raised: Raised | null = null;
  /** The list that the kernel holds for sure; who brings it again need not wait for a turn. */
  private settled: readonly Peer[] | null = null;

  /** @param converged is told after each converge whether it changed anything, and which peers cannot be programmed: one sentence, or `null` */
  constructor(private readonly converged: (changed: boolean, leftOut: string | null) => void = () => {}) {}

  /** The peers that the kernel was last made to hold. */
  peers: readonly Peer[] = [];

  /** How many times something that others had changed was made as it should be. */
  mended = 0;

  /** What containers on the overlay need to know; `null` while there is none. */
  get overlay(): { readonly subnet: string; readonly mtu: number } | null {
    return this.raised && { subnet: this.raised.options.overlaySubnet, mtu: this.raised.mtu };
  }

  /** How the VTEP should be; `null` while there should be none. */
  get wanted(): VtepOptions | null {
    return this.raised?.options ?? null;
  }

  /** Makes sure of the VTEP. One that stands as it should is left alone with its peers. */
  raise(options: VtepOptions): Promise<void> {
    return this.turns.take(async () => {
      const { mtu } = await ensureVtep(options);
      this.raised = { options, mtu, table: await openTable(options) };
      this.settled = null;
    });
  }

  /** The VTEP is to go: its peers are not worth a command any more, and no container gets an address. */
  abandon(): void {
    this.raised = null;
    this.settled = null;
    this.peers = [];
  }

  /** Takes the VTEP away, and with it every way in and out of the overlay. */
  lower(name: string): Promise<void> {
    return this.turns.take(async () => {
      this.abandon();
      await removeVtep(name);
    });
  }

  /** Makes the kernel hold exactly these peers; nothing while there is no VTEP. */
  async converge(peers: readonly Peer[]): Promise<PeerConvergence> {
    if (peers === this.settled) return { changed: false, malformed: [] };
    return this.turns.take(async () => {
      if (!this.raised) return { changed: false, malformed: [] };
      const { table } = this.raised;
      this.settled = null;
      const convergence = await table.converge(peers);
      // It may have been abandoned meanwhile.
      if (this.raised?.table === table) this.peers = this.settled = peers;
      this.converged(convergence.changed, sentenceOf(table.malformed));
      return convergence;
    });
  }

  /** Compares VTEP and peers with the kernel: the VTEP is mended here, peers by the next converge. */
  inspect(): Promise<void> {
    return this.turns.take(async () => {
      if (!this.raised) return;
      const { options, table } = this.raised;
      const { created, mtu } = await ensureVtep(options);
      if (created) this.mended++;
      const looked = created ? await openTable(options) : table;
      if (!created) await table.reread();
      // It may have been abandoned meanwhile.
      if (this.raised?.table !== table) return;
      this.raised = { options, mtu, table: looked };
      this.settled = null;
    });
  }
}

function openTable({ name, overlayNetworks, overlaySubnet }: VtepOptions): Promise<PeerTable> {
  return PeerTable.open({ vtep: name, overlayNetworks, overlaySubnet });
}

function sentenceOf(malformed: readonly MalformedPeer[]): string | null {
  const [first, ...others] = malformed;
  if (!first) return null;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return `the lease of ${first.cell} cannot be programmed: ${first.reason}${more}`;
}
