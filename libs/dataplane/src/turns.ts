/** Lets callers in one at a time, in the order they came. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `task` when everything before it has ended, well or badly. */
  take<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.last.then(task);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
