import { isDeepStrictEqual } from 'node:util';
import type { CellState } from '@heddle/calc';
import { inTurns } from '@heddle/platform';
import type { Convergence, Drift, Firewall, FirewallBackend } from '../firewall';
import { Turns } from '../turns';
import { withdrawnPorts } from '../withdrawn-ports';
import { ENTERED_FIRST, ENTRANCES, type Chains, type HeldChains } from './chains';
import { removedPorts } from './container-chains';
import { renderDelta, renderRemoval, type ChainDelta } from './delta';
import { desiredChains, type ChainOptions } from './desired-chains';
import type { IptablesCommand } from './iptables-command';
import { parseSaved } from './parse-saved';

const NOTHING: CellState = { containers: [], peers: [] };

/**
 * Heddle's chains in the kernel of a cell without nftables. Knows what the kernel holds, so a change writes the chains it
 * concerns and no other.
 *
 * Chains have no version: those of another Heddle differ by their text, and the first converge exchanges them in the transaction
 * that brings the rules.
 */
export class IptablesFirewall implements Firewall {
  private readonly turns = new Turns();
  /** What this process last wrote; `null` when it has taken everything away. */
  private wanted: Chains | null = null;

  private constructor(
    private readonly command: IptablesCommand,
    private readonly options: ChainOptions,
    /** What the kernel holds. */
    private held: HeldChains,
  ) {}

  /**
   * Reads what the kernel holds. Where there are no chains, those of an empty state are made, which refuse everything; those of
   * an earlier run go on as they are, with the way into them put right.
   * @throws {KernelRefused}
   */
  static async open(command: IptablesCommand, options: ChainOptions): Promise<IptablesFirewall> {
    const held = parseSaved(await command.save());
    const firewall = new IptablesFirewall(command, options, held);
    const isThere = Object.values(ENTRANCES).every((chain) => held.chains.has(chain));
    await firewall.program(isThere ? held.chains : await inTurns(desiredChains(NOTHING, options)));
    return firewall;
  }

  get backend(): FirewallBackend {
    return this.command.variant;
  }

  get elementsHeld(): number {
    return [...this.held.chains.values()].reduce((sum, rules) => sum + rules.length, 0);
  }

  converge(state: CellState): Promise<Convergence> {
    return this.turns.take(async () => {
      const { chains } = this.held;
      const wanted = await inTurns(desiredChains(state, this.options));
      const { text, added, removed } = await this.program(wanted);
      return {
        ...{ changed: text !== '', elementsAdded: added, elementsRemoved: removed },
        withdrawn: await inTurns(withdrawnPorts(removedPorts(chains, wanted), state)),
      };
    });
  }

  reread(): Promise<void> {
    return this.turns.take(() => this.read());
  }

  inspect(): Promise<Drift | null> {
    return this.turns.take(async () => {
      if (this.wanted === null) return null;
      await this.read();
      const { text, added, removed } = await inTurns(renderDelta(this.held, this.wanted));
      if (text === '') return null;
      // Rules in another order, or another's way past them, are no rules that come or go.
      const rulesChanged = added + removed === 0 || !isDeepStrictEqual(this.held.entrances, ENTERED_FIRST);
      return { elementsMissing: added, elementsForeign: removed, rulesChanged };
    });
  }

  remove(): Promise<void> {
    return this.turns.take(async () => {
      this.wanted = null;
      await this.read();
      await this.restore(renderRemoval(this.held));
      await this.read();
    });
  }

  close(): Promise<void> {
    return this.turns.take(() => Promise.resolve());
  }

  private async program(wanted: Chains): Promise<ChainDelta> {
    const delta = await inTurns(renderDelta(this.held, wanted));
    await this.restore(delta.text);
    this.held = { chains: wanted, entrances: ENTERED_FIRST };
    this.wanted = wanted;
    return delta;
  }

  private async restore(text: string): Promise<void> {
    if (text === '') return;
    try {
      await this.command.restore(text);
    } catch (error) {
      await this.read();
      throw error;
    }
  }

  private async read(): Promise<void> {
    this.held = parseSaved(await this.command.save());
  }
}
