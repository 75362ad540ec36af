/**
 * A computation that pauses now and then, so that whoever runs it can do other work meanwhile. It works on values that never
 * change, so what it gives does not depend on the pauses; and nobody sees anything of it before its end.
 */
export type Steps<Result> = Generator<void, Result, void>;

/**
 * So many items are taken between two pauses: some 2 ms of the dearest work there is here. A computation that every start makes for every
 * event counts them itself, for where there is a single one, {@link eachOf} takes longer than the work.
 */
export const PORTION = 256;

/** Takes each item, in order, with a pause after every portion. A few items are taken without any. */
export function* eachOf<Item>(items: Iterable<Item>, take: (item: Item) => void): Steps<void> {
  let taken = 0;
  for (const item of items) {
    take(item);
    if (++taken % PORTION === 0) yield;
  }
}

/** The result of a computation, without the pauses. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
