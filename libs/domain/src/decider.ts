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
}
