import { randomUUID } from 'node:crypto';
import type { Decider } from '@heddle/domain';
import { isoTime, nowMs } from '@heddle/platform';
import {
  AppendConflict,
  GENESIS_HASH,
  LogUnavailable,
  type Actor,
  type EventLog,
  type LoggedEvent,
  type Topic,
  type TopicHead,
} from './event-log';
import { fromFact, toFact } from './facts';
import type { LogFollower } from './log-follower';

/** Who wants something, and for what. */
export interface CommandContext {
  readonly actor: Actor;
  readonly reason?: string;
  readonly address?: string;
  readonly correlationId: string;
}

/** What became of a command. */
export interface Outcome<State> {
  /** The event it became; `null` when it changed nothing. */
  readonly event: LoggedEvent | null;
  /** The state that has the command in it. */
  readonly state: State;
}

/** Too many commands wait already; this one was not taken. */
export class LedgerBusy extends Error {
  constructor(waiting: number) {
    super(`${waiting} commands wait for the log: try again`);
    this.name = 'LedgerBusy';
  }
}

/** How long an event may take from the log to this process; a reconnect takes about a second. */
const FOLD_TIMEOUT_MS = 15_000;
const MOST_WAITING = 5_000;
/** Each lost race means that another writer got through, so many in a row mean many writers, not a livelock. */
const MOST_RACES_LOST = 100;

/**
 * One aggregate on one topic of the log: commands are decided one after another against the folded state, and appended by
 * compare-and-set, which fences this process against the others. A lost race waits for the fold and decides again.
 */
export class Ledger<State, Command, Event extends { type: string }> {
  private folded: State;
  private head: TopicHead = { seq: 0, hash: GENESIS_HASH };
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private lostRaces = 0;

  constructor(
    readonly topic: Topic,
    private readonly decider: Decider<State, Command, Event>,
    private readonly log: EventLog,
    private readonly follower: LogFollower,
  ) {
    this.folded = decider.initialState;
    follower.subscribe((event) => {
      if (event.topic !== topic) return;
      this.folded = decider.evolve(this.folded, fromFact<Event>(event));
      this.head = { seq: event.seq, hash: event.hash };
    });
  }

  /** The state after every event given out so far. */
  get state(): State {
    return this.folded;
  }

  /** The sequence of the newest event of this topic that is in {@link state}. */
  get revision(): number {
    return this.head.seq;
  }

  /** How often another writer was faster. */
  get conflicts(): number {
    return this.lostRaces;
  }

  /**
   * Decides a command and appends what it becomes. A command may be made when its turn comes, from what is known then. When this resolves, the event is in the log and in {@link state}.
   * @throws {Refused} by the domain; {@link LedgerBusy}, {@link LogUnavailable}, {@link EventTooLarge} by the log.
   */
  async execute(command: Command | (() => Command), context: CommandContext): Promise<Outcome<State>> {
    if (this.waiting >= MOST_WAITING) throw new LedgerBusy(this.waiting);
    this.waiting++;
    const turn = this.tail.then(() => this.decideAndAppend(command, context));
    this.tail = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.waiting--;
    }
  }

  private async decideAndAppend(command: Command | (() => Command), context: CommandContext): Promise<Outcome<State>> {
    for (let races = 0; ; races++) {
      const { head } = this;
      const event = this.decider.decide(
        this.folded,
        typeof command === 'function' ? (command as () => Command)() : command,
      );
      if (!event) return { event: null, state: this.folded };
      try {
        const draft = {
          ...context,
          ...toFact(event),
          id: randomUUID(),
          topic: this.topic,
          time: isoTime(nowMs()),
        };
        const logged = await this.log.append(draft, head);
        this.follower.offer(logged);
        await this.caughtUp(logged.seq);
        return { event: logged, state: this.folded };
      } catch (error) {
        if (!(error instanceof AppendConflict) || races >= MOST_RACES_LOST) throw error;
        this.lostRaces++;
        await this.caughtUp(await this.log.lastSequence());
      }
    }
  }

  private async caughtUp(seq: number): Promise<void> {
    if (this.follower.position >= seq) return;
    try {
      await this.follower.reached(seq, AbortSignal.timeout(FOLD_TIMEOUT_MS));
    } catch (cause) {
      throw new LogUnavailable(`event ${seq} did not come back from the log within ${FOLD_TIMEOUT_MS} ms`, { cause });
    }
  }
}
