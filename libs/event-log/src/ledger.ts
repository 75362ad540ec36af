import { randomUUID } from 'node:crypto';
import { setImmediate as restOfTurn } from 'node:timers/promises';
import { inOneStep, type Decider, type InSteps } from '@heddle/domain';
import { BackgroundWork, inTurns, isoTime, nowMs, takeInTurns } from '@heddle/platform';
import { sealInTurns } from './cloud-event';
import {
  AppendConflict,
  GENESIS_HASH,
  LedgerBusy,
  LogShort,
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
  /** Whether it was refused once; then it is decided on everything that was in the log at that time. */
  readonly wasRefused: boolean;
}

/** A fact, and where it belongs. */
interface PlacedFact {
  readonly fact: SealedEvent;
  readonly place: Place;
}

/** A command that was decided behind all others of its round: it is refused, or changes nothing, or becomes a fact. */
interface Decided<State, Command> {
  readonly request: Request<State, Command>;
  readonly decision: { readonly refusal: unknown } | 'nothing' | PlacedFact;
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
 * they are decided again once what came in between is folded. So is a command that is refused, once: another process may have made
 * room that this one has not heard of. Where a command is so large that it takes a while, other work of the
 * process has its turns; nobody sees anything of it before its end.
 */
export class Ledger<State, Command, Event extends { type: string }> {
  private folded: State;
  private head = { seq: 0, hash: GENESIS_HASH };
  private readonly queue: Request<State, Command>[] = [];
  private readonly working = new BackgroundWork(() => this.work());
  private readonly expected = new Map<string, Expected<State>>();
  private readonly steps: InSteps<State, Command, Event>;
  private lostRaces = 0;

  constructor(
    readonly topic: Topic,
    decider: Decider<State, Command, Event>,
    private readonly log: EventLog,
    private readonly follower: LogFollower,
    /** Throws while nothing may be appended. */
    private readonly admit: () => void = () => {},
  ) {
    this.folded = decider.initialState;
    this.steps = decider.inSteps ?? inOneStep(decider);
    follower.subscribe(
      (event) => (event.topic === topic ? this.fold(event) : undefined),
      (event) => (event.topic === topic ? this.moveHead(event) : undefined),
    );
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
   * @throws what `admit` throws; {@link Refused} by the domain; {@link LedgerBusy}; {@link LogShort}, {@link LogUnavailable}, {@link EventTooLarge}.
   */
  async execute(command: Command | (() => Command), context: CommandContext): Promise<Outcome<State>> {
    this.admit();
    if (this.queue.length >= MOST_WAITING) throw new LedgerBusy(this.queue.length);
    return new Promise((resolve, reject) => {
      this.queue.push({ command, context, resolve, reject, racesLost: 0, wasRefused: false });
      this.working.wake();
    });
  }

  /**
   * What a command would become now; nothing is appended.
   * @throws {Refused} by the domain, as {@link execute} would.
   */
  async plan(command: Command): Promise<Event | undefined> {
    return inTurns(this.steps.decide(this.folded, command));
  }

  private async work(): Promise<void> {
    while (this.queue.length > 0) {
      // What arrives in the same turn of the event loop goes along, and does not have to wait for the answer to the first.
      await restOfTurn();
      const round = await this.decideTogether(this.queue.splice(0, MOST_TOGETHER));
      const again = await this.settle(round);
      this.expected.clear();
      if (again.length > 0) await this.takeUpAgain(again);
    }
  }

  /** They keep their places before those that came after them. */
  private async takeUpAgain(requests: readonly Request<State, Command>[]): Promise<void> {
    try {
      const read = this.follower.position;
      const end = await this.log.lastSequence();
      if (end < read) throw new LogShort(end, read);
      await this.caughtUp(end);
      this.queue.unshift(...requests);
    } catch (error) {
      for (const { reject } of requests) reject(error);
    }
  }

  private async decideTogether(requests: readonly Request<State, Command>[]): Promise<Decided<State, Command>[]> {
    const round: Decided<State, Command>[] = [];
    let state = this.folded;
    let { hash } = this.head;
    let place: Place = { seq: this.head.seq };
    for (const request of requests) {
      try {
        const event = await inTurns(this.steps.decide(state, madeNow(request.command)));
        if (!event) {
          round.push({ request, decision: 'nothing' });
          continue;
        }
        const fact = await this.seal(event, request.context, hash);
        const after = await inTurns(this.steps.evolve(state, fromFact<Event>({ seq: 0, ...fact.event })));
        this.expected.set(fact.event.id, { before: state, after });
        round.push({ request, decision: { fact, place } });
        [state, hash, place] = [after, fact.event.hash, { id: fact.event.id }];
      } catch (refusal) {
        round.push({ request, decision: { refusal } });
      }
    }
    return round;
  }

  private seal(event: Event, context: CommandContext, previousHash: string): Promise<SealedEvent> {
    const about = { id: randomUUID(), topic: this.topic, time: isoTime(nowMs()) };
    return sealInTurns({ ...context, ...toFact(event), ...about }, previousHash);
  }

  /** Until it is folded whole, state and head are those before it. */
  private fold(logged: LoggedEvent): void | Promise<void> {
    const take = (state: State): void => {
      this.folded = state;
      this.moveHead(logged);
    };
    const expected = this.expected.get(logged.id);
    if (expected?.before === this.folded) return take(expected.after);
    return takeInTurns(this.steps.evolve(this.folded, fromFact<Event>(logged)), take);
  }

  /** What is appended next follows on this event, whatever it says. */
  private moveHead({ seq, hash }: LoggedEvent): void {
    this.head = { seq, hash };
  }

  /**
   * Sends the facts in one piece, and tells everyone what became of their command. What others append meanwhile takes the place of
   * a fact, and so does not go unnoticed.
   * @returns the commands to be decided again, in order
   */
  private async settle(round: readonly Decided<State, Command>[]): Promise<Request<State, Command>[]> {
    const read = this.follower.position;
    const verdicts = await Promise.allSettled(round.map(({ decision }) => this.send(decision)));
    const again: Request<State, Command>[] = [];
    const answers: (() => void)[] = [];
    let isBroken = false;
    for (const [i, { request, decision }] of round.entries()) {
      if (decision === 'nothing' || 'refusal' in decision) {
        // What was decided on a state that did not come about is worth nothing.
        if (isBroken) again.push(request);
        else if (decision === 'nothing') request.resolve({ event: null, state: this.folded });
        else if (request.wasRefused) request.reject(decision.refusal);
        else again.push({ ...request, wasRefused: true });
        continue;
      }
      try {
        const event = valueOf(verdicts[i] as PromiseSettledResult<LoggedEvent>);
        // A sequence is given once. It is in the log that is there now, and what it was decided on is not.
        if (event.seq <= read) throw new LogShort(event.seq, read);
        this.follower.offer(event);
        if (this.follower.position < event.seq) await this.caughtUp(event.seq);
        const outcome = { event, state: this.folded };
        answers.push(() => request.resolve(outcome));
      } catch (error) {
        const isRaceLost = error instanceof AppendConflict;
        if (isRaceLost && !isBroken) this.lostRaces++;
        if (isRaceLost && request.racesLost++ < MOST_RACES_LOST) again.push(request);
        else request.reject(error);
        isBroken = true;
      }
    }
    // Behind all folds: what follows from a round goes to the cells in one piece, and does not wait for answers to be written.
    for (const answer of answers) answer();
    return again;
  }

  private async send(decision: Decided<State, Command>['decision']): Promise<LoggedEvent | undefined> {
    if (decision === 'nothing' || 'refusal' in decision) return undefined;
    return this.log.append(decision.fact, decision.place);
  }

  /** Events are taken in without waiting for them to come back from the log, where each is the next one. */
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

function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
