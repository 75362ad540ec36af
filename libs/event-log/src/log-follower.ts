import { Waiters } from '@heddle/platform';
import type { EventLog, LoggedEvent } from './event-log';

/** Takes an event; a promise holds up the folds behind it and the next event until it settles. */
export type Fold = (event: LoggedEvent) => void | Promise<void>;

/** Says why nothing follows from an event, if nothing does; before anybody folds it. */
export type Judge = (event: LoggedEvent) => string | undefined | Promise<string | undefined>;

/**
 * Gives every event of the log once, in order, to everyone in this process who folds it.
 *
 * ```
 *   log ──read──▶ follower ──▶ ledgers, state publisher, SQL projector, live stream
 *                   ▲
 *   own append ─────┘ offered at once, so that nobody waits for it to come back from the server
 * ```
 *
 * Folds are quick, and who has slow work to do queues it; but where those behind it must not see an event earlier, a fold may take
 * a large one in turns, and returns a promise. Events stay in order: the next is given when all have had this one. A fold that
 * fails is a bug: following stops and {@link closed} rejects, because going on would leave a state that no log explains. So what no
 * fold could take is found out before: the judge looks at each event that this process has not appended itself, and where it finds
 * something, nobody folds the event; who has to know that it is there passes over it.
 */
export class LogFollower {
  private readonly folds: Fold[] = [];
  private readonly passers: Fold[] = [];
  /** The event that is being folded in turns, if there is one. */
  private giving: { readonly seq: number; readonly done: Promise<void> } | undefined;
  private failure: { readonly error: unknown } | undefined;
  private readonly stopping = new AbortController();
  private readonly waiters = new Waiters();
  private following: Promise<void> = Promise.resolve();
  private last = 0;

  constructor(
    private readonly log: EventLog,
    private readonly judge: Judge = () => undefined,
  ) {}

  /** The sequence of the last event given out. */
  get position(): number {
    return this.last;
  }

  /** Settles when following ends; rejects when it ended by an error. */
  get closed(): Promise<void> {
    return this.following;
  }

  /**
   * Adds one who folds; before {@link start}.
   * @param passOver is given the events from which nothing follows, in their place
   */
  subscribe(fold: Fold, passOver: Fold = () => {}): void {
    this.folds.push(fold);
    this.passers.push(passOver);
  }

  /** Replays the log to its present end, then follows in the background. `onProgress` hears the position every 10 000 events. */
  async start(onProgress?: (position: number, end: number) => void): Promise<void> {
    const end = await this.log.lastSequence();
    this.following = this.follow((position) => position % 10_000 === 0 && onProgress?.(position, end));
    await Promise.race([this.reached(end), this.following]);
  }

  /** Takes an event that this process has just appended, if it is the next one; else it comes by the log. */
  offer(event: LoggedEvent): void {
    if (event.seq === this.last + 1 && !this.giving) void this.give(event, this.folds);
  }

  /** Resolves when the event with this sequence has been given out. Bounded by the signal, if any. */
  async reached(seq: number, signal?: AbortSignal): Promise<void> {
    if (this.last < seq) await this.waiters.until(seq, signal);
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.following.catch(() => {});
  }

  private async follow(onEvent: (position: number) => void): Promise<void> {
    const isKnown = (seq: number): boolean => seq <= this.last || seq === this.giving?.seq;
    for await (const event of this.log.read({ after: this.last, signal: this.stopping.signal, isKnown })) {
      while (this.giving && !this.failure) await this.giving.done;
      if (this.failure) break;
      // It may have been offered between being read and arriving here.
      if (isKnown(event.seq)) continue;
      if (event.seq !== this.last + 1) throw new Error(`the log jumps from ${this.last} to ${event.seq}`);
      const judged = this.judge(event);
      const wrong = judged instanceof Promise ? await judged : judged;
      // Or while it was judged.
      if (isKnown(event.seq)) continue;
      await this.give(event, wrong === undefined ? this.folds : this.passers);
      onEvent(event.seq);
    }
    if (this.failure) throw this.failure.error;
  }

  /** Small events are given at once; a promise says that one takes longer. */
  private give(event: LoggedEvent, takers: readonly Fold[]): Promise<void> | undefined {
    // The iterator of a list goes on where it was left.
    const folds = takers.values();
    for (const fold of folds) {
      const folding = fold(event);
      if (!folding) continue;
      const done = this.giveOn(event, folding, folds);
      this.giving = { seq: event.seq, done };
      return done;
    }
    this.given(event);
    return undefined;
  }

  /** Never rejects: what fails ends the following. */
  private async giveOn(event: LoggedEvent, folding: Promise<void>, folds: Iterable<Fold>): Promise<void> {
    try {
      await folding;
      for (const fold of folds) await fold(event);
      this.giving = undefined;
      this.given(event);
    } catch (error) {
      this.failure = { error };
      this.stopping.abort();
    }
  }

  private given(event: LoggedEvent): void {
    this.last = event.seq;
    this.waiters.tell(event.seq);
  }
}
