import type { EventLog, LogFollower, LoggedEvent } from '@heddle/event-log';
import { BackgroundWork, retry, Waiters } from '@heddle/platform';
import { DATABASE_RETRY, settledWithin } from './database-retry';
import { LOG_CURSOR, type LogProjector, type ReadModel, ReadModelUnavailable } from '@heddle/read-model';

/** One transaction takes at most this many events. */
const BATCH = 500;
/** The same of those that nobody can read before all are there: large transactions take less time by the event. */
const BATCH_FAR_BEHIND = 2_500;
/** So many events wait in memory; what comes behind them is read from the log again when its turn comes. */
const MOST_QUEUED = 5_000;
/** A read that follows a write waits for the tables this long. */
const READ_WAIT_MS = 10_000;

/**
 * Events gather this long before they are written, unless somebody waits to read them: on SQLite a transaction of one event costs
 * as much as one of fifty, and it costs the event loop, which waits for the disk. What is not written yet is in the log.
 */
const GATHER_MS = 200;
/** How long closing waits for what is queued; the rest is written at the next start. */
const CLOSE_GRACE_MS = 2_000;

/** Where the log is read, and who follows it. */
interface Sources {
  readonly log: EventLog;
  readonly follower: LogFollower;
}

/**
 * Folds the log into SQL, in batches of what came in a while. However far the tables are behind, after a long time without a database or
 * with new ones, little of the log is in memory.
 */
export class SqlProjection {
  /** Some of what comes next, without gaps in it. */
  private queue: LoggedEvent[] = [];
  /** The newest event that this process was given; others may still fold it. */
  private newest = 0;
  private readonly passedOver = new Set<number>();
  private readonly writing = new BackgroundWork(() => this.write());
  private readonly waiters = new Waiters();
  private soon: NodeJS.Timeout | undefined;
  private readonly stopping = new AbortController();
  private reportFailure!: (error: unknown) => void;
  /** Rejects when the tables cannot follow the log any more. */
  readonly failed: Promise<never>;

  private constructor(
    private readonly projector: LogProjector,
    private readonly sources: Sources,
    /** The tables hold the log up to here. */
    private position: number,
  ) {
    this.failed = new Promise<never>((_, reject) => (this.reportFailure = reject));
    this.failed.catch(() => {});
    sources.follower.subscribe(
      (event) => this.take(event),
      (event) => {
        this.passedOver.add(event.seq);
        this.take(event);
      },
    );
  }

  static async open(readModel: ReadModel, sources: Sources): Promise<SqlProjection> {
    return new SqlProjection(readModel.projector(), sources, await readModel.cursor(LOG_CURSOR));
  }

  /** How many events the tables are behind this process. */
  get lag(): number {
    return Math.max(0, this.sources.follower.position - this.position);
  }

  /** Waits until the tables hold everything this process has seen, so that a read sees the writes before it. */
  async caughtUp(): Promise<void> {
    const seq = this.sources.follower.position;
    if (this.position >= seq) return;
    const reached = this.waiters.until(seq, AbortSignal.timeout(READ_WAIT_MS));
    this.writing.wake();
    await reached.catch((cause: unknown) => {
      throw new ReadModelUnavailable('the read model is behind the log: try again', { cause });
    });
  }

  /** Writes what is queued, then stops. */
  async close(): Promise<void> {
    this.writing.wake();
    await settledWithin(CLOSE_GRACE_MS, this.writing.settled());
    this.stopping.abort();
    await this.writing.settled();
    clearTimeout(this.soon);
  }

  private take(event: LoggedEvent): void {
    if (event.seq <= this.position) return;
    this.newest = event.seq;
    if (this.hasRoomFor(event)) this.queue.push(event);
    this.writeWhenDue();
  }

  private hasRoomFor({ seq }: LoggedEvent): boolean {
    const last = this.queue.at(-1);
    return last === undefined || (last.seq === seq - 1 && this.queue.length < MOST_QUEUED);
  }

  /** At once for whoever waits and where a transaction would be full, else when some more have gathered. */
  private writeWhenDue(): void {
    if (this.waiters.count > 0 || this.newest - this.position >= BATCH) this.writing.wake();
    else this.soon ??= setTimeout(() => this.writing.wake(), GATHER_MS);
  }

  private async write(): Promise<void> {
    clearTimeout(this.soon);
    this.soon = undefined;
    try {
      // Looked at anew after each: what found no room is known only by what lies before the queue.
      const before = (this.queue[0]?.seq ?? this.newest + 1) - 1;
      if (before > this.position) await this.writeLeftOut(before);
      else await this.writeQueued();
      if (this.newest > this.position) this.writeWhenDue();
    } catch (error) {
      if (!this.stopping.signal.aborted) this.reportFailure(error);
    }
  }

  private async writeQueued(): Promise<void> {
    const batch = this.queue.slice(0, BATCH);
    if (batch.length === 0) return;
    await this.apply(batch);
    this.queue = this.queue.slice(batch.length);
  }

  /** Writes what found no room in the queue, up to an event. */
  private async writeLeftOut(upTo: number): Promise<void> {
    const { signal } = this.stopping;
    let batch: LoggedEvent[] = [];
    for await (const event of this.sources.log.read({ after: this.position, upTo, signal })) {
      batch.push(event);
      if (batch.length < BATCH_FAR_BEHIND && event.seq < upTo) continue;
      await this.apply(batch);
      batch = [];
    }
    signal.throwIfAborted();
  }

  private async apply(batch: readonly LoggedEvent[]): Promise<void> {
    this.position = await retry(() => this.projector.apply(batch, this.passedOver), {
      ...DATABASE_RETRY,
      signal: this.stopping.signal,
    });
    this.waiters.tell(this.position);
  }
}
