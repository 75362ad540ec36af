import type { CellState } from '@heddle/calc';
import type { Convergence, Firewall, FirewallBackend } from '../firewall';
import { Turns } from '../turns';
import { renderDelta } from './delta';
import { elementsOf, NO_ELEMENTS, type NftElements } from './elements';
import { parseElements } from './parse-elements';
import type { NftRunner } from './runner';
import { renderRemoval, renderTable, type TableOptions } from './table';

/**
 * Heddle's table in the kernel of one cell. Knows what the kernel holds, so a change costs what it changes; the rules
 * stay when the process that made them ends.
 */
export class NftFirewall implements Firewall {
  private readonly turns = new Turns();
  /** What the kernel holds, or `null` when the table there is not ours to add to and the next converge replaces it whole. */
  private held: NftElements | null = null;

  private constructor(
    private readonly runner: NftRunner,
    private readonly options: TableOptions,
  ) {}

  /**
   * Reads what the kernel holds. Where there is no table, an empty one is loaded, which refuses everything. One of
   * another version goes on working until the first converge puts the new one in its place.
   * The runner is closed with it.
   * @throws {KernelRefused}
   */
  static async open(runner: NftRunner, options: TableOptions): Promise<NftFirewall> {
    const firewall = new NftFirewall(runner, options);
    if ((await runner.listTable()) === null) await runner.run(renderTable(options));
    await firewall.reread();
    return firewall;
  }

  get backend(): FirewallBackend {
    return this.runner.kind;
  }

  converge(state: CellState): Promise<Convergence> {
    return this.turns.take(async () => {
      const wanted = elementsOf(state);
      const delta = renderDelta(this.held ?? NO_ELEMENTS, wanted);
      const text = (this.held ? '' : renderTable(this.options)) + delta.text;
      if (text !== '') await this.apply(text);
      this.held = wanted;
      return { changed: text !== '', elementsAdded: delta.added, elementsRemoved: delta.removed };
    });
  }

  reread(): Promise<void> {
    return this.turns.take(() => this.read());
  }

  remove(): Promise<void> {
    return this.turns.take(async () => {
      await this.apply(renderRemoval());
      this.held = null;
    });
  }

  close(): Promise<void> {
    return this.runner.close();
  }

  private async apply(text: string): Promise<void> {
    try {
      await this.runner.run(text);
    } catch (error) {
      await this.read();
      throw error;
    }
  }

  private async read(): Promise<void> {
    const listed = await this.runner.listTable();
    this.held = listed === null ? null : parseElements(listed, this.options);
  }
}
