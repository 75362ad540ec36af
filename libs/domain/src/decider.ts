import type { Steps } from './steps';

/**
 * How an aggregate decides and remembers: pure, synchronous, without clock or randomness
 * (both arrive inside the command).
 *
 * One command is at most one event, so that a batch is all or nothing on every server version.
 */
export interface Decider<State, Command, Event> {
  readonly initialState: State;
  /**
   * What a command changes, or `undefined` when it changes nothing.
   * @throws {Refused} when the command cannot be done; then nothing has happened.
   */
  decide(state: State, command: Command): Event | undefined;
  /** The state after an event. The given state stays as it was. */
  evolve(state: State, event: Event): State;
  /** The same two with pauses, where commands can be so large that they would hold up everything else. */
  readonly inSteps?: InSteps<State, Command, Event>;
}

/** The two functions of a decider, with pauses. */
export interface InSteps<State, Command, Event> {
  decide(state: State, command: Command): Steps<Event | undefined>;
  evolve(state: State, event: Event): Steps<State>;
}

/** A decider whose commands are all small, in the form of those that pause. */
export function inOneStep<State, Command, Event>(
  decider: Decider<State, Command, Event>,
): InSteps<State, Command, Event> {
  return {
    // eslint-disable-next-line require-yield -- it has nothing to pause for
    *decide(state, command) {
      return decider.decide(state, command);
    },
    // eslint-disable-next-line require-yield
    *evolve(state, event) {
      return decider.evolve(state, event);
    },
  };
}
