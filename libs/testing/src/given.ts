import type { Decider, Refused } from '@heddle/domain';

/** What a command is expected to do to a state made by events. */
export interface Expectation<Event> {
  /** It becomes exactly this event. */
  then(event: Event): void;
  /** It changes nothing. */
  thenNothing(): void;
  /** It is refused with this code. */
  thenRefused(code: Refused['code']): void;
}

/** Tests of a decider that read as a sentence: `given(events).when(command).then(event)`. */
export function specificationOf<State, Command, Event>(decider: Decider<State, Command, Event>) {
  return {
    given: (events: readonly Event[]) => ({
      when: (command: Command): Expectation<Event> => {
        const state = events.reduce((folded, event) => decider.evolve(folded, event), decider.initialState);
        const decide = (): Event | undefined => decider.decide(state, command);
        return {
          then: (event) => expect(decide()).toEqual(event),
          thenNothing: () => expect(decide()).toBeUndefined(),
          thenRefused: (code) => expect(decide).toThrow(expect.objectContaining({ name: 'Refused', code })),
        };
      },
    }),
  };
}
