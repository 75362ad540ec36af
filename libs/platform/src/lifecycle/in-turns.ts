import { setImmediate as otherWork } from 'node:timers/promises';

/** After so long other work of the process has its turn, in ms: so much of a batch of the tables a request may have to wait for. */
const TURN_MS = 2;

/** Keeps work that takes long from holding up everything else on its thread. */
export class Pace {
  private began = performance.now();

  /** Leaves the thread to other work if this work has had it for a while. To be called between steps of a few ms at most. */
  async rest(): Promise<void> {
    if (!this.isOver) return;
    await otherWork();
    this.began = performance.now();
  }

  /** Whether it has had it for so long: where even a promise that is kept at once would be too much. */
  get isOver(): boolean {
    return performance.now() - this.began >= TURN_MS;
  }
}

/** Runs a computation to its end, with a rest between its steps now and then. One that ends soon runs without. */
export async function inTurns<Result>(steps: Iterator<unknown, Result, void>): Promise<Result> {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < TURN_MS) continue;
    await otherWork();
    began = performance.now();
  }
}

/** The result of a computation: at once where it ends before its first pause, and else a promise that it comes in turns. */
export function soonest<Result>(steps: Iterator<unknown, Result, void>): Result | Promise<Result> {
  const first = steps.next();
  return first.done ? first.value : inTurns(steps);
}

/** Takes the result of a computation, as {@link soonest} gives it. */
export function takeInTurns<Result>(
  steps: Iterator<unknown, Result, void>,
  take: (result: Result) => void,
): void | Promise<void> {
  const result = soonest(steps);
  return result instanceof Promise ? result.then(take) : take(result);
}
