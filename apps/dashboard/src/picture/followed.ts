/**
 * Something the server is asked for now and then, and that the stream keeps true in between.
 *
 * An answer tells of a moment somewhere between question and arrival, and does not say which. So the events that came
 * since the question are applied to the answer once more. Those it contained already do no harm, because the last
 * event about a thing decides about it; those it did not contain are not lost.
 */
export interface Followed<State, Event> {
  /** Null until the first answer. */
  readonly state: State | null;
  /** In order; null when no question is open. */
  readonly sinceAsked: readonly Event[] | null;
}

/** Nothing known, nothing asked. */
export const unasked: Followed<never, never> = { state: null, sinceAsked: null };

/** A question leaves. An open one is forgotten: its answer must not be told any more. */
export function ask<State, Event>({ state }: Followed<State, Event>): Followed<State, Event> {
  return { state, sinceAsked: [] };
}

/** The answer is here. */
export function answer<State, Event>(
  { sinceAsked }: Followed<State, Event>,
  state: State,
  apply: (state: State, event: Event) => State,
): Followed<State, Event> {
  return { state: (sinceAsked ?? []).reduce(apply, state), sinceAsked: null };
}

/** Something happened. */
export function follow<State, Event>(
  { state, sinceAsked }: Followed<State, Event>,
  event: Event,
  apply: (state: State, event: Event) => State,
): Followed<State, Event> {
  return { state: state && apply(state, event), sinceAsked: sinceAsked && [...sinceAsked, event] };
}
