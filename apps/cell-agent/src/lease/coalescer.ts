/**
 * Lets news through at once while it is quiet, and at most once in a window when it is not: when a thousand cells start
 * together, each of the others has some tens of kernel transactions to do and not a thousand.
 */
export class Coalescer {
  private timer: NodeJS.Timeout | undefined;
  private isWaiting = false;

  constructor(
    private readonly act: () => void,
    private readonly windowMs: number,
  ) {}

  /** Something came. */
  come(): void {
    if (this.timer) this.isWaiting = true;
    else this.letThrough();
  }

  /** What waits is dropped. */
  close(): void {
    clearTimeout(this.timer);
  }

  private letThrough(): void {
    this.isWaiting = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isWaiting) this.letThrough();
    }, this.windowMs);
    this.act();
  }
}
