/** Lets only so many pieces of work run at the same time; the others wait in the order they came. */
export class AtOnce {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return await work();
    } finally {
      // Who waits takes over the place, so that nobody who comes now gets in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
