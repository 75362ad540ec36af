import { isDeepStrictEqual } from 'node:util';
import type { CellState } from '@heddle/calc';
import { inTurns } from '@heddle/platform';
import type { Convergence, Drift, Firewall, FirewallBackend } from '../firewall';
import { Turns } from '../turns';
import { withdrawnPorts } from '../withdrawn-ports';
import { enteredFirst, ENTRANCES, forTables, TABLE_NAMES, type Chains, type HeldChains, type OfTables } from './chains';
import { removedPorts } from './container-chains';
import { renderDeltas, renderRemoval, type ChainDelta } from './delta';
import { desiredChains, type ChainOptions } from './desired-chains';
import type { IptablesCommand } from './iptables-command';
import { parseSaved } from './parse-saved';

const NOTHING: CellState = { containers: [], peers: [] };

/**
 * Heddle's chains in the kernel of a cell without nftables. Knows what the kernel holds, so a change writes the chains it
 * concerns and no other. All that decides is in one table and so in one transaction; where addresses are rewritten is another, before it.
 *
 * Chains have no version: those of another Heddle differ by their text, and the first converge exchanges them in the transaction
 * that brings the rules.
 */
export class IptablesFirewall implements Firewall {
  private readonly turns = new Turns();
  /** What this process last wrote; `null` when it has taken everything away. */
  private wanted: OfTables<Chains> | null = null;

  private constructor(
    private readonly command: IptablesCommand,
    private readonly options: ChainOptions,
    /** What the kernel holds. */
    private held: OfTables<HeldChains>,
  ) {}

  /**
   * Reads what the kernel holds. In a table without chains those of an empty state are made, which refuse everything; those of
   * an earlier run go on as they are, with the way into them put right.
   * @throws {KernelRefused}
   */
  static async open(command: IptablesCommand, options: ChainOptions): Promise<IptablesFirewall> {
    const held = await readTables(command);
    const firewall = new IptablesFirewall(command, options, held);
    const empty = await inTurns(desiredChains(NOTHING, options));
    await firewall.program(
      forTables((table) => {
        const { chains } = held[table];
        return Object.values(ENTRANCES[table]).every((chain) => chains.has(chain)) ? chains : empty[table];
      }),
    );
    return firewall;
  }

  get backend(): FirewallBackend {
    return this.command.variant;
  }

  get elementsHeld(): number {
    const chains = TABLE_NAMES.flatMap((table) => [...this.held[table].chains.values()]);
    return chains.reduce((sum, rules) => sum + rules.length, 0);
  }

  converge(state: CellState): Promise<Convergence> {
    return this.turns.take(async () => {
      const { chains } = this.held.filter;
      const wanted = await inTurns(desiredChains(state, this.options));
      const { text, added, removed } = await this.program(wanted);
      return {
        ...{ changed: text !== '', elementsAdded: added, elementsRemoved: removed },
        withdrawn: await inTurns(withdrawnPorts(removedPorts(chains, wanted.filter), state)),
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
      const { text, added, removed } = await inTurns(renderDeltas(this.held, this.wanted));
      if (text === '') return null;
      // Rules in another order, or another's way past them, are no rules that come or go.
      const isEntered = TABLE_NAMES.every((table) =>
        isDeepStrictEqual(this.held[table].entrances, enteredFirst(table)),
      );
      return { elementsMissing: added, elementsForeign: removed, rulesChanged: added + removed === 0 || !isEntered };
    });
  }

  remove(): Promise<void> {
    return this.turns.take(async () => {
      this.wanted = null;
      await this.read();
      await this.restore(TABLE_NAMES.map((table) => renderRemoval(table, this.held[table])).join(''));
      await this.read();
    });
  }

  close(): Promise<void> {
    return this.turns.take(() => Promise.resolve());
  }

  private async program(wanted: OfTables<Chains>): Promise<ChainDelta> {
    const delta = await inTurns(renderDeltas(this.held, wanted));
    await this.restore(delta.text);
    this.held = forTables((table) => ({ chains: wanted[table], entrances: enteredFirst(table) }));
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
    this.held = await readTables(this.command);
  }
}

async function readTables(command: IptablesCommand): Promise<OfTables<HeldChains>> {
  const [nat, filter] = await Promise.all([command.save('nat'), command.save('filter')]);
  return { nat: parseSaved('nat', nat), filter: parseSaved('filter', filter) };
}
