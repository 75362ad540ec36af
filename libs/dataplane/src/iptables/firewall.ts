import type { CellState } from '@heddle/calc';
import type { Convergence, Firewall, FirewallBackend } from '../firewall';
import { Turns } from '../turns';
import { ENTERED_FIRST, ENTRANCES, type Chains, type HeldChains } from './chains';
import { renderDelta, renderRemoval } from './delta';
import { desiredChains, type ChainOptions } from './desired-chains';
import type { IptablesCommand } from './iptables-command';
import { parseSaved } from './parse-saved';

const NOTHING: CellState = { senders: [], allowances: [], peers: [] };

/**
 * Heddle's chains in the kernel of a cell without nftables. Knows what the kernel holds, so a change writes the chains it
 * concerns and no other.
 *
 * Chains have no version: those of another Heddle differ by their text, and the first converge exchanges them in the transaction
 * that brings the rules.
 */
export class IptablesFirewall implements Firewall {
  private readonly turns = new Turns();

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
    await firewall.program(isThere ? held.chains : desiredChains(NOTHING, options));
    return firewall;
  }

  get backend(): FirewallBackend {
    return this.command.variant;
  }

  converge(state: CellState): Promise<Convergence> {
    return this.turns.take(() => this.program(desiredChains(state, this.options)));
  }

  reread(): Promise<void> {
    return this.turns.take(() => this.read());
  }

  remove(): Promise<void> {
    return this.turns.take(async () => {
      await this.read();
      await this.restore(renderRemoval(this.held));
      await this.read();
    });
  }

  close(): Promise<void> {
    return this.turns.take(() => Promise.resolve());
  }

  private async program(wanted: Chains): Promise<Convergence> {
    const { text, added, removed } = renderDelta(this.held, wanted);
    await this.restore(text);
    this.held = { chains: wanted, entrances: ENTERED_FIRST };
    return { changed: text !== '', elementsAdded: added, elementsRemoved: removed };
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
