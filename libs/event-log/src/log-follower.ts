import type { EventLog, LoggedEvent } from './event-log';

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
}

/**
 * Gives every event of the log once, in order, to everyone in this process who folds it.
 *
 * ```
 *   log ──read──▶ follower ──▶ ledgers, state publisher, SQL projector, live stream
 *                   ▲
 *   own append ─────┘ offered at once, so that nobody waits for it to come back from the server
 * ```
 *
 * Folds are synchronous; who has slow work to do queues it. A fold that throws is a bug: following stops and
 * {@link closed} rejects, because going on would leave a state that no log explains.
 */
export class LogFollower {
  private readonly folds: ((event: LoggedEvent) => void)[] = [];
  private readonly stopping = new AbortController();
  private waiters: Waiter[] = [];
  private following: Promise<void> = Promise.resolve();
  private last = 0;

  constructor(private readonly log: EventLog) {}

  /** The sequence of the last event given out. */
  get position(): number {
    return this.last;
  }

  /** Settles when following ends; rejects when it ended by an error. */
  get closed(): Promise<void> {
    return this.following;
  }

  /** Adds one who folds; before {@link start}. */
  subscribe(fold: (event: LoggedEvent) => void): void {
    this.folds.push(fold);
  }

  /** Replays the log to its present end, then follows in the background. `onProgress` hears the position every 10 000 events. */
  async start(onProgress?: (position: number, end: number) => void): Promise<void> {
    const end = await this.log.lastSequence();
    this.following = this.follow((position) => position % 10_000 === 0 && onProgress?.(position, end));
    await Promise.race([this.reached(end), this.following]);
  }

  /** Takes an event that this process has just appended, if it is the next one; else it comes by the log. */
  offer(event: LoggedEvent): void {
    if (event.seq === this.last + 1) this.give(event);
  }

  /** Resolves when the event with this sequence has been given out. Bounded by the signal, if any. */
  async reached(seq: number, signal?: AbortSignal): Promise<void> {
    if (this.last >= seq) return;
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const waiter = { seq, resolve };
      this.waiters.push(waiter);
      signal?.addEventListener(
        'abort',
        () => {
          this.waiters = this.waiters.filter((other) => other !== waiter);
          reject(signal.reason as Error);
        },
        { once: true },
      );
    });
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.following.catch(() => {});
  }

  private async follow(onEvent: (position: number) => void): Promise<void> {
    const isKnown = (seq: number): boolean => seq <= this.last;
    for await (const event of this.log.read({ after: this.last, signal: this.stopping.signal, isKnown })) {
      // It may have been offered between being read and arriving here.
      if (isKnown(event.seq)) continue;
      if (event.seq !== this.last + 1) throw new Error(`the log jumps from ${this.last} to ${event.seq}`);
      this.give(event);
      onEvent(event.seq);
    }
  }

  private give(event: LoggedEvent): void {
    for (const fold of this.folds) fold(event);
    this.last = event.seq;
    const ready = this.waiters.filter(({ seq }) => seq <= event.seq);
    if (ready.length === 0) return;
    this.waiters = this.waiters.filter(({ seq }) => seq > event.seq);
    for (const { resolve } of ready) resolve();
  }
}
