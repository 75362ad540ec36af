import { EventEmitter } from 'node:events';
import { appsTouchedInSteps, readReports, type Report, type ReportPlace } from '@heddle/cell-protocol';
import {
  cellFacts,
  cellFollows,
  cellGone,
  changeCommitted,
  changeRecalled,
  concernedByLease,
  concernOfApps,
  concernOfSpaces,
  containersReported,
  emptyEnforcementBook,
  isInForce,
  isKnownByAddress,
  leaseCommitted,
  leaseRecalled,
  receiptGiven,
  type ChangeEnforcement,
  type Concern,
  type DocumentKey,
  type EnforcementBook,
  type Lease,
  type LeaseEvent,
  type LeaseMoved,
  type PolicyEvent,
  type Step,
} from '@heddle/domain';
import { fromFact, type EventLog, type LogFollower, type LoggedEvent } from '@heddle/event-log';
import { epochMsOf, takeInTurns, type Logger, type NatsConnection } from '@heddle/platform';
import type { ReadModel } from '@heddle/read-model';
import type { CellLiveness } from './cell-liveness';
import type { LeaseLedger } from './ledgers';
import { Departures } from './departures';
import { EnforcementStore, type Saved } from './enforcement-store';
import { placementIn } from './placement-in';
import type { TouchedSpaces } from './touched-spaces';

interface Parts {
  readonly connection: NatsConnection;
  readonly log: EventLog;
  readonly readModel: ReadModel;
  readonly follower: LogFollower;
  readonly leases: LeaseLedger;
  readonly touchedSpaces: TouchedSpaces;
  readonly liveness: CellLiveness;
  /** How long it is kept where containers were, after they have left. */
  readonly placementsKeptMs: number;
  readonly logger: Logger;
}

/** How long a change may wait for its cells when somebody asks to wait. */
const LONGEST_WAIT_MS = 60_000;

/** Folds the log and the cells' reports into "change N is in force on these cells", in memory and, behind it, in SQL. */
export class EnforcementProjection {
  private book: EnforcementBook = emptyEnforcementBook;
  private readonly stopping = new AbortController();
  private readonly news = new EventEmitter().setMaxListeners(0);
  private reading: Promise<void> = Promise.resolve();
  private readonly departures = new Departures();
  private isReplaying = true;

  private constructor(
    private readonly parts: Parts,
    private readonly store: EnforcementStore,
  ) {
    parts.follower.subscribe((event) => this.fold(event));
  }

  static async open(parts: Parts): Promise<EnforcementProjection> {
    const { store, book } = await EnforcementStore.open(parts.readModel, parts.log, parts.placementsKeptMs);
    const projection = new EnforcementProjection(parts, store);
    projection.book = book;
    return projection;
  }

  /** Rejects when reports cannot be folded any more. */
  get failed(): Promise<void> {
    return Promise.all([this.reading, this.store.failed]).then(() => {});
  }

  /** The position of the newest report folded. */
  get position(): number {
    return this.store.position;
  }

  /** How many positions are of streams of reports that were lost. */
  get positionsLost(): number {
    return this.store.positionsLost;
  }

  /** What is known now. */
  get state(): EnforcementBook {
    return this.book;
  }

  /** Begins to read reports; after the log was replayed, so that they find the changes they speak of. */
  start(): void {
    this.isReplaying = false;
    // In tables from before cells were asked how far they have followed, none of them does.
    for (const lease of this.parts.leases.state.byCell.values()) this.letFollow(lease);
    this.reading = this.readReports();
    this.reading.catch(() => {});
  }

  /** Hears every report that is folded; returns how to stop. */
  onReport(hear: (report: Report) => void): () => void {
    this.news.on('report', hear);
    return () => this.news.off('report', hear);
  }

  /** What is known of a change, from memory or from SQL. */
  async enforcementOf(seq: number): Promise<ChangeEnforcement | undefined> {
    const change = this.book.changes.get(String(seq)) ?? (await this.store.load(seq));
    return change?.lease ? concernedByLease(this.book, change, await this.store.stretchesOver(change)) : change;
  }

  /** The changes of which some cell has still to put one of these documents in force, ascending. */
  pendingFor(documents: ReadonlySet<DocumentKey>): number[] {
    const pending = new Set<number>();
    for (const [, { waitingFor }] of this.book.cells.entries()) {
      for (const [seq, keys] of waitingFor) if ([...keys].some((key) => documents.has(key))) pending.add(seq);
    }
    return [...pending].sort((a, b) => a - b);
  }

  /** Waits until a change is in force or the time is over, whichever comes first. */
  async settled(seq: number, waitMs: number): Promise<void> {
    const done = (): boolean => {
      const change = this.book.changes.get(String(seq));
      return !change || isInForce(change);
    };
    if (done() || waitMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(finish, Math.min(waitMs, LONGEST_WAIT_MS));
      const look = (): void => {
        if (done()) finish();
      };
      const { news } = this;
      function finish(): void {
        clearTimeout(timer);
        news.off('touched', look);
        resolve();
      }
      this.news.on('touched', look);
    });
  }

  async close(): Promise<void> {
    this.stopping.abort();
    this.news.emit('touched');
    await this.reading.catch(() => {});
    await this.store.close();
  }

  /** A replay goes through a log faster than tables take what comes of it, and can wait for them; whoever changes something cannot. */
  private fold(event: LoggedEvent): void | Promise<void> {
    const folding = this.foldEvent(event);
    const kept = this.isReplaying ? this.store.untilKept() : undefined;
    return folding && kept ? folding.then(() => kept) : (folding ?? kept);
  }

  private foldEvent(event: LoggedEvent): void | Promise<void> {
    const fact = event.topic === 'lease' ? fromFact<LeaseEvent>(event) : undefined;
    if (fact && fact.type !== 'lease-quarantine-ended') return this.foldLease(event, fact);
    if (event.topic === 'group') return this.foldGroups(event);
    if (this.store.knows(event.seq)) return;
    if (event.topic !== 'policy') return this.foldCommitted(event, new Map());
    return takeInTurns(appsTouchedInSteps(fromFact<PolicyEvent>(event)), (apps) =>
      // The cells are those of this moment: a report may have come while the apps were gathered.
      this.foldCommitted(event, concernOfApps(this.book, apps)),
    );
  }

  /** What each cell has to hold of a change that was begun earlier is known here only, since the event does not tell it alone. */
  private foldGroups(event: LoggedEvent): void {
    const { seq } = event;
    const isKnown = this.store.knows(seq);
    if (isKnown && !this.book.changes.has(String(seq))) return;
    const concern = concernOfSpaces(this.book, this.parts.touchedSpaces.by(event));
    if (isKnown) this.take(changeRecalled(this.book, seq, concern), []);
    else this.foldCommitted(event, concern);
  }

  private foldLease({ seq, time }: LoggedEvent, { type, lease }: LeaseMoved): void {
    const { cell } = lease;
    const atMs = epochMsOf(time);
    if (type !== 'lease-acquired') this.departures.left(cell, atMs);
    if (this.store.knows(seq)) {
      this.book = leaseRecalled(this.book, { seq, cell });
      return;
    }
    const step = leaseCommitted(this.book, { seq, cell, committedAtMs: atMs });
    this.take(step, cellFacts(step.book, cell).leases ? [cell] : []);
    if (type === 'lease-acquired') return this.letFollow(lease);
    this.parts.liveness.forget(cell);
    this.take(cellGone(this.book, cell), [cell], {
      placements: [{ cell, position: this.position, atMs, holds: null }],
    });
  }

  /** A silk daemon gives no receipts. */
  private letFollow(lease: Lease): void {
    if (isKnownByAddress(lease) || cellFacts(this.book, lease.cell).leases) return;
    this.take({ book: cellFollows(this.book, lease.cell), touched: [] }, [lease.cell]);
  }

  private foldCommitted({ seq, time }: LoggedEvent, concern: Concern): void {
    this.take(changeCommitted(this.book, { seq, committedAtMs: epochMsOf(time), concern }), []);
  }

  private async readReports(): Promise<void> {
    const { signal } = this.stopping;
    const lost = (): Promise<number> => {
      this.parts.logger.warn(
        'the stream HEDDLE_CELLS is not the one that was read: its reports are read from the first',
      );
      return this.store.reportsLost();
    };
    const range = { after: this.store.position, before: this.positionsLost, signal, lost };
    for await (const report of readReports(this.parts.connection, range)) {
      this.foldReport(report);
      this.news.emit('report', report);
    }
  }

  private foldReport(report: Report): void {
    const { position } = report;
    switch (report.kind) {
      case 'containers': {
        const { cell, containers, namesSpaces } = report.report;
        const placements = this.departures.behind(placementIn(report, report.report));
        this.take(containersReported(this.book, cell, containers, namesSpaces), [cell], { position, placements });
        return this.forgetIfGone(cell, report);
      }
      case 'receipt': {
        const { cell } = report.receipt;
        this.parts.liveness.heard(cell);
        this.take(receiptGiven(this.book, report.receipt), [cell], { position });
        return this.forgetIfGone(cell, report);
      }
      case 'malformed':
        this.parts.logger.warn(
          { subject: report.subject, position },
          'a cell sent a report that cannot be read; it is passed over',
        );
        return this.take({ book: this.book, touched: [] }, [], { position });
    }
  }

  /** Reports are read behind the log: one from before the cell left must not bring it back. What it said of changes stays. */
  private forgetIfGone(cell: string, { storedAtMs }: ReportPlace): void {
    if (this.parts.leases.state.byCell.has(cell) || !this.departures.hasLeftSince(cell, storedAtMs)) return;
    this.parts.liveness.forget(cell);
    this.take(cellGone(this.book, cell), [cell]);
  }

  private take(
    { book, touched, stretches = [] }: Step,
    cells: readonly string[],
    from: Pick<Saved, 'placements' | 'position'> = {},
  ): void {
    this.book = book;
    const told = new Set([...cells, ...stretches.map(({ cell }) => cell)]);
    const facts = [...told].map((cell) => ({ cell, ...cellFacts(book, cell) }));
    this.store.save({ touched, cells: facts, stretches, ...from });
    if (touched.length > 0) this.news.emit('touched');
  }
}
