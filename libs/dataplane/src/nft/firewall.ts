import type { CellState } from '@heddle/calc';
import { inTurns } from '@heddle/platform';
import type { Convergence, Drift, Firewall, FirewallBackend } from '../firewall';
import { Turns } from '../turns';
import { countOf, renderDelta } from './delta';
import { changeBetween, changeFromElements, differenceOf } from './element-change';
import { elementsOf, NO_ELEMENTS, type NftElements } from './elements';
import { baseChainsOf, parseTable } from './parse-table';
import { renderWhole } from './render-rules';
import { STAND_IN, TABLE, type NftRunner } from './runner';
import { FINGERPRINT_SET, renderRemoval, type TableOptions } from './table';

/** What the kernel holds: the elements of a state, elements that were read, or `null` when the table is to be replaced whole. */
type Held = { readonly state: CellState } | { readonly elements: NftElements } | null;

/**
 * Heddle's table in the kernel of one cell. Knows what the kernel holds, so a change costs what it changes; the rules
 * stay when the process that made them ends.
 */
export class NftFirewall implements Firewall {
  private readonly turns = new Turns();
  private held: Held = null;
  private count = 0;
  /** The transaction after which the kernel held just that; `null` when that cannot be told. */
  private generation: number | null = null;

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
    const [own, standIn] = [await runner.listTable(), await runner.listTable(STAND_IN)];
    // Somebody died while the table was replaced. Whichever is whole goes on; where that is the stand-in, until the first converge.
    if (own !== null && standIn !== null) await firewall.retire(STAND_IN, standIn);
    if (own === null && standIn === null) await firewall.load(NO_ELEMENTS);
    await firewall.reread();
    return firewall;
  }

  get backend(): FirewallBackend {
    return this.runner.kind;
  }

  get elementsHeld(): number {
    return this.count;
  }

  converge(state: CellState): Promise<Convergence> {
    return this.turns.take(async () => {
      const { held } = this;
      if (held === null) return this.replace(state);
      const change = await inTurns(
        'state' in held ? changeBetween(held.state, state) : changeFromElements(held.elements, state),
      );
      const { text, added, removed } = await inTurns(renderDelta(change));
      if (text !== '') await this.apply(text);
      this.held = { state };
      this.count += added - removed;
      const { withdrawn } = change;
      return { changed: text !== '', elementsAdded: added, elementsRemoved: removed, withdrawn };
    });
  }

  reread(): Promise<void> {
    return this.turns.take(() => this.read());
  }

  inspect(): Promise<Drift | null> {
    return this.turns.take(async () => {
      const { held } = this;
      if (held === null || !('state' in held)) return null;
      if (this.generation !== null && this.runner.generation() === this.generation) return null;
      await this.read();
      const found = this.held as Held;
      if (found === null || !('elements' in found)) {
        return { elementsMissing: 0, elementsForeign: 0, rulesChanged: true };
      }
      const wanted = await inTurns(elementsOf(held.state));
      const { added, removed } = await inTurns(differenceOf(found.elements, wanted));
      const [elementsMissing, elementsForeign] = [countOf(added), countOf(removed)];
      if (elementsMissing + elementsForeign > 0) return { elementsMissing, elementsForeign, rulesChanged: false };
      this.held = held;
      return null;
    });
  }

  remove(): Promise<void> {
    return this.turns.take(async () => {
      await this.run(renderRemoval() + renderRemoval(STAND_IN));
      this.held = null;
      this.count = 0;
    });
  }

  close(): Promise<void> {
    return this.runner.close();
  }

  private async apply(text: string): Promise<void> {
    const before = this.runner.generation();
    await this.run(text);
    // Each transaction counts one: another one in between was somebody else's, and the next look reads the table.
    const isOurs = before !== null && before === this.generation && this.runner.generation() === before + 1;
    this.generation = isOurs ? before + 1 : null;
  }

  /**
   * Puts a whole table in the place of whatever is there. To replace it at once would refuse packets that are on their way through
   * the old one (measured: 5 of 2 500 connections), so another one decides beside it meanwhile, and the old one stops being asked
   * before it is taken away.
   */
  private async replace(state: CellState): Promise<Convergence> {
    const elements = await inTurns(elementsOf(state));
    const old = await this.runner.listTable();
    if (old !== null) {
      await this.run(await inTurns(renderWhole(elements, this.options, STAND_IN)));
      await this.retire(TABLE, old);
    }
    await this.load(elements);
    const standIn = await this.runner.listTable(STAND_IN);
    if (standIn !== null) await this.retire(STAND_IN, standIn);
    this.held = { state };
    this.count = countOf(elements);
    return { changed: true, elementsAdded: this.count, elementsRemoved: 0, withdrawn: [] };
  }

  /** Loads the table, and writes into it how its static part looks to the kernel. */
  private async load(elements: NftElements): Promise<void> {
    await this.run(await inTurns(renderWhole(elements, this.options)));
    const { fingerprint } = parseTable((await this.runner.listTable()) ?? '{"nftables":[]}', this.options);
    await this.run(`add element ${TABLE} ${FINGERPRINT_SET} { ${fingerprint} }\n`);
    this.generation = null;
  }

  private async retire(table: typeof TABLE | typeof STAND_IN, listed: string): Promise<void> {
    const unhook = baseChainsOf(listed).map(
      (chain) => `flush chain ${table} ${chain}\ndelete chain ${table} ${chain}\n`,
    );
    if (unhook.length > 0) await this.run(unhook.join(''));
    await this.run(renderRemoval(table));
  }

  private async run(text: string): Promise<void> {
    try {
      await this.runner.run(text);
    } catch (error) {
      await this.read();
      throw error;
    }
  }

  private async read(): Promise<void> {
    const before = this.runner.generation();
    const listed = await this.runner.listTable();
    const table = listed === null ? null : parseTable(listed, this.options);
    this.held = table?.elements && table.isUntouched ? { elements: table.elements } : null;
    this.count = countOf(table?.elements ?? NO_ELEMENTS);
    this.generation = before === this.runner.generation() ? before : null;
  }
}
