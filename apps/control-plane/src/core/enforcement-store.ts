import { setTimeout as delay } from 'node:timers/promises';
import {
  isInForce,
  type CellFacts,
  type ChangeEnforcement,
  type EnforcedStretch,
  type EnforcementBook,
} from '@heddle/domain';
import type { EventLog } from '@heddle/event-log';
import { BackgroundWork, retry } from '@heddle/platform';
import { DATABASE_RETRY, settledWithin } from './database-retry';
import { changeIn, restoreEnforcement } from './restore-enforcement';
import { CursorMoved, type EnforcementRow, type PlacementReport, type ReadModel } from '@heddle/read-model';

const CURSOR = 'cells';
/** How many positions are of streams of reports that were lost: so none is given twice, and what is kept by them is not mistaken. */
const LOST_CURSOR = 'cells-lost';
/** What came within this time goes into one transaction. */
const GATHER_MS = 200;
/** Whoever can wait is asked to where so many changes are not kept yet. */
const MOST_UNKEPT = 10_000;
/** How long closing waits for what is queued; after that the reports are read again at the next start. */
const CLOSE_GRACE_MS = 2_000;

/** What one step changed. */
export interface Saved {
  readonly touched: readonly ChangeEnforcement[];
  readonly cells: readonly (CellFacts & { readonly cell: string })[];
  readonly stretches?: readonly EnforcedStretch[];
  /** What a cell holds from then on, in order. */
  readonly placements?: readonly PlacementReport[];
  /** Position of the report that it came from, if it came from one. */
  readonly position?: number;
}

/**
 * Keeps the enforcement book in SQL, a little behind memory.
 * After a crash the reports are read again from the saved position.
 */
export class EnforcementStore {
  private readonly changes = new Map<number, ChangeEnforcement>();
  private readonly cells = new Map<string, CellFacts>();
  private stretches: readonly EnforcedStretch[] = [];
  private placements: readonly PlacementReport[] = [];
  private readonly stopping = new AbortController();
  private readonly writing = new BackgroundWork(() => this.write());
  private reportFailure!: (error: unknown) => void;
  /** Rejects when the book cannot be kept any more; fulfils never. */
  readonly failed: Promise<never>;

  private constructor(
    private readonly readModel: ReadModel,
    /** Position of the newest report in the book. */
    public position: number,
    private saved: number,
    private lost: number,
    private readonly known: number,
    private readonly placementsKeptMs: number,
  ) {
    this.failed = new Promise<never>((_, reject) => (this.reportFailure = reject));
    this.failed.catch(() => {});
  }

  /**
   * Loads what was kept.
   * @param placementsKeptMs how long it is kept where containers were, after they have left
   */
  static async open(
    readModel: ReadModel,
    log: EventLog,
    placementsKeptMs: number,
  ): Promise<{ store: EnforcementStore; book: EnforcementBook }> {
    const position = await readModel.cursor(CURSOR);
    const lost = await readModel.cursor(LOST_CURSOR);
    const known = await readModel.lastEnforcementSeq();
    const book = await restoreEnforcement(readModel, log);
    return { store: new EnforcementStore(readModel, position, position, lost, known, placementsKeptMs), book };
  }

  /** How many positions are of streams of reports that were lost. */
  get positionsLost(): number {
    return this.lost;
  }

  /**
   * Notes that the stream of reports was lost: positions go on behind all that were given.
   * @returns how many those are
   */
  async reportsLost(): Promise<number> {
    const { lost, position } = this;
    const behind = { cursorName: LOST_CURSOR, expectedPosition: lost, cells: [], enforcements: [] };
    try {
      const given = Math.max(position, await this.untilItAnswers(() => this.readModel.cursor(CURSOR)));
      await this.untilItAnswers(() => this.readModel.saveReports({ ...behind, position: given }));
      this.lost = given;
    } catch (error) {
      if (!(error instanceof CursorMoved)) throw error;
      // Another process with the same tables was faster.
      this.lost = await this.untilItAnswers(() => this.readModel.cursor(LOST_CURSOR));
    }
    return this.lost;
  }

  /** Whether the enforcement of a change was already begun to be recorded when this process started. */
  knows(seq: number): boolean {
    return seq <= this.known;
  }

  /** What was kept of one change. */
  async load(seq: number): Promise<ChangeEnforcement | undefined> {
    const row = await this.readModel.enforcement(seq);
    if (!row) return undefined;
    return changeIn(row);
  }

  /** The stretches in which a change of a lease lies, those included that are not kept yet. */
  async stretchesOver({ seq, lease }: ChangeEnforcement): Promise<EnforcedStretch[]> {
    // In this order: what is kept meanwhile is there twice, which does no harm, and not missing.
    const { stretches } = this;
    return [...(await this.readModel.stretchesOver(seq, lease?.passedBy)), ...stretches];
  }

  /** Keeps what a step changed; returns at once. */
  save({ touched, cells, stretches, placements = [], position }: Saved): void {
    for (const change of touched) this.changes.set(change.seq, change);
    for (const { cell, ...facts } of cells) this.cells.set(cell, facts);
    if (stretches && stretches.length > 0) this.stretches = [...this.stretches, ...stretches];
    if (placements.length > 0) this.placements = [...this.placements, ...placements];
    if (position !== undefined) this.position = position;
    this.writing.wake();
  }

  /** What somebody who can wait should wait for before more is saved; nothing where little is to be kept. */
  untilKept(): Promise<void> | undefined {
    return this.changes.size < MOST_UNKEPT ? undefined : this.writing.settled();
  }

  /** Writes what is left, then stops. */
  async close(): Promise<void> {
    await settledWithin(CLOSE_GRACE_MS, this.writing.settled());
    this.stopping.abort();
    await this.writing.settled();
  }

  private async write(): Promise<void> {
    try {
      while (this.changes.size > 0 || this.cells.size > 0 || this.saved < this.position) {
        // Nobody reads these before a restart, so each transaction takes all that came in a while.
        await delay(GATHER_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
        if (this.position < this.saved) return this.standBack();
        await this.writeOnce();
      }
    } catch (error) {
      if (!this.stopping.signal.aborted) this.reportFailure(error);
    }
  }

  private async writeOnce(): Promise<void> {
    const { position, stretches, placements } = this;
    const [changes, cells] = [[...this.changes], [...this.cells]];
    this.changes.clear();
    this.cells.clear();
    try {
      await this.untilItAnswers(() =>
        this.readModel.saveReports({
          cursorName: CURSOR,
          expectedPosition: this.saved,
          position,
          cells: cells.map(([cell, facts]) => ({ cell, ...facts })),
          enforcements: changes.map(([, change]) => rowOf(change)),
          ...{ stretches, placements, forgetBeforeMs: Date.now() - this.placementsKeptMs },
        }),
      );
      this.saved = position;
      this.stretches = this.stretches.slice(stretches.length);
      this.placements = this.placements.slice(placements.length);
    } catch (error) {
      if (!(error instanceof CursorMoved)) throw error;
      // Another process keeps the same book in the same database and was faster, but perhaps it has not come as far.
      for (const [seq, change] of changes) if (!this.changes.has(seq)) this.changes.set(seq, change);
      for (const [cell, facts] of cells) if (!this.cells.has(cell)) this.cells.set(cell, facts);
      this.saved = await this.untilItAnswers(() => this.readModel.cursor(CURSOR));
      // What cells said up to there is written; that a cell has left is no report, and is written twice without harm.
      this.placements = this.placements.filter(({ position: at, holds }) => holds === null || at > this.saved);
    }
  }

  /** Another process has written all of this from reports that came later: what is known here is older than what is there. */
  private standBack(): void {
    this.changes.clear();
    this.cells.clear();
    this.stretches = [];
    this.placements = [];
  }

  private untilItAnswers<T>(ask: () => Promise<T>): Promise<T> {
    return retry(ask, { ...DATABASE_RETRY, signal: this.stopping.signal });
  }
}

function rowOf(change: ChangeEnforcement): EnforcementRow {
  const { seq, committedAtMs, cells, lease, flowsCut = new Map() } = change;
  const kept = { cells: Object.fromEntries(cells), flowsCut: Object.fromEntries(flowsCut) };
  return { seq, committedAtMs, inForce: isInForce(change), ...kept, ...(lease && { lease }) };
}
