import { randomUUID } from 'node:crypto';
import type { Decider } from '@heddle/domain';
import { BackgroundWork, isoTime, nowMs } from '@heddle/platform';
import { sealEvent } from './cloud-event';
import {
  AppendConflict,
  GENESIS_HASH,
  LogUnavailable,
  type Actor,
  type EventLog,
  type LoggedEvent,
  type Place,
  type SealedEvent,
  type Topic,
} from './event-log';
import { fromFact, toFact } from './facts';
import type { LogFollower } from './log-follower';

/** Who wants something, and for what. */
export interface CommandContext {
  readonly actor: Actor;
  readonly reason?: string;
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
/** So many commands go to the log together. */
const MOST_TOGETHER = 64;
/** Each lost race means that another writer got through, so many in a row mean many writers, not a livelock. */
const MOST_RACES_LOST = 100;

/** A command that waits for its turn, and who waits for it. */
interface Request<State, Command> {
  readonly command: Command | (() => Command);
  readonly context: CommandContext;
  readonly resolve: (outcome: Outcome<State>) => void;
  readonly reject: (error: unknown) => void;
  racesLost: number;
}

/** A command that was decided, behind all others of its round. */
interface Decided<State, Command> {
  readonly request: Request<State, Command>;
  /** The event in the log, or `null` when there is none; rejects with the refusal, or with why it is not in the log. */
  readonly verdict: Promise<LoggedEvent | null>;
  /** Whether the verdict is the log's own; one that only follows from the state holds if that state came about. */
  readonly isOfTheLog: boolean;
}

/** An event that is being appended, and the states around it. */
interface Expected<State> {
  readonly before: State;
  readonly after: State;
}

/**
 * One aggregate on one topic of the log: commands are decided one after another and appended by compare-and-set, which fences this
 * process against the others.
 *
 * What waits is decided in one go, each command against the state that those before it will have led to, and sent together, each
 * event behind the one before it; so the log is asked once for many. When an event does not get its place, nor do those behind it:
 * they are decided again once what came in between is folded.
 */
export class Ledger<State, Command, Event extends { type: string }> {
  private folded: State;
  private head = { seq: 0, hash: GENESIS_HASH };
  private readonly queue: Request<State, Command>[] = [];
  private readonly working = new BackgroundWork(() => this.work());
  private readonly expected = new Map<string, Expected<State>>();
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
      const expected = this.expected.get(event.id);
      this.folded =
        expected?.before === this.folded ? expected.after : decider.evolve(this.folded, fromFact<Event>(event));
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
   * Decides a command and appends what it becomes. A command may be made when its turn comes, from what is known then. When this
   * resolves, the event is in the log and in {@link state}.
   * @throws {Refused} by the domain; {@link LedgerBusy}, {@link LogUnavailable}, {@link EventTooLarge} by the log.
   */
  async execute(command: Command | (() => Command), context: CommandContext): Promise<Outcome<State>> {
    if (this.queue.length >= MOST_WAITING) throw new LedgerBusy(this.queue.length);
    return new Promise((resolve, reject) => {
      this.queue.push({ command, context, resolve, reject, racesLost: 0 });
      this.working.wake();
    });
  }

  private async work(): Promise<void> {
    while (this.queue.length > 0) {
      const again = await this.settle(this.decideTogether(this.queue.splice(0, MOST_TOGETHER)));
      this.expected.clear();
      if (again.length > 0) await this.takeUpAgain(again);
    }
  }

  /** They keep their places before those that came after them. */
  private async takeUpAgain(requests: readonly Request<State, Command>[]): Promise<void> {
    try {
      await this.caughtUp(await this.log.lastSequence());
      this.queue.unshift(...requests);
    } catch (error) {
      for (const { reject } of requests) reject(error);
    }
  }

  /** Nothing is awaited in here, so the events go out in order and in one piece. */
  private decideTogether(requests: readonly Request<State, Command>[]): Decided<State, Command>[] {
    let state = this.folded;
    let { hash } = this.head;
    let place: Place = { seq: this.head.seq };
    return requests.map((request) => {
      try {
        const event = this.decider.decide(state, madeNow(request.command));
        if (!event) return { request, verdict: Promise.resolve(null), isOfTheLog: false };
        const fact = this.seal(event, request.context, hash);
        const after = this.decider.evolve(state, fromFact<Event>({ seq: 0, ...fact.event }));
        this.expected.set(fact.event.id, { before: state, after });
        const verdict = this.log.append(fact, place);
        verdict.catch(() => {});
        [state, hash, place] = [after, fact.event.hash, { id: fact.event.id }];
        return { request, verdict, isOfTheLog: true };
      } catch (error) {
        const verdict = Promise.reject(error as Error);
        verdict.catch(() => {});
        return { request, verdict, isOfTheLog: false };
      }
    });
  }

  private seal(event: Event, context: CommandContext, previousHash: string): SealedEvent {
    const about = { id: randomUUID(), topic: this.topic, time: isoTime(nowMs()) };
    return sealEvent({ ...context, ...toFact(event), ...about }, previousHash);
  }

  /** Tells everyone what became of their command. @returns those that have to be decided again, in order */
  private async settle(round: readonly Decided<State, Command>[]): Promise<Request<State, Command>[]> {
    const again: Request<State, Command>[] = [];
    let isBroken = false;
    for (const { request, verdict, isOfTheLog } of round) {
      if (isBroken && !isOfTheLog) {
        again.push(request);
        continue;
      }
      try {
        const event = await verdict;
        if (event) await this.takeIn(event);
        request.resolve({ event, state: this.folded });
      } catch (error) {
        const isRaceLost = error instanceof AppendConflict;
        if (isRaceLost && !isBroken) this.lostRaces++;
        if (isRaceLost && request.racesLost++ < MOST_RACES_LOST) again.push(request);
        else request.reject(error);
        isBroken ||= isOfTheLog;
      }
    }
    return again;
  }

  /** Without waiting for it to come back from the log, where it is the next event. */
  private async takeIn(event: LoggedEvent): Promise<void> {
    this.follower.offer(event);
    await this.caughtUp(event.seq);
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

function madeNow<Command>(command: Command | (() => Command)): Command {
  return typeof command === 'function' ? (command as () => Command)() : command;
}
