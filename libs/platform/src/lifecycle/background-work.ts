/**
 * Work that runs in the background when there is a reason to, one run at a time. Woken while it runs, it runs once more, so what
 * came in meanwhile is never left lying.
 */
export class BackgroundWork {
  private running: Promise<void> | undefined;
  private wanted = false;

  /** @param work deals with its own errors: one that escapes is a bug, and ends the process as an unhandled rejection. */
  constructor(private readonly work: () => Promise<void>) {}

  /** There is a reason to work. */
  wake(): void {
    this.wanted = true;
    this.running ??= this.run();
  }

  /** Resolves when nothing is left to do. */
  async settled(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.wanted) {
      this.wanted = false;
      await this.work();
    }
    // Nothing is awaited between the last look at `wanted` and this, so no reason can fall in between.
    this.running = undefined;
  }
}
