/** Those who wait until something has come to a position. Nothing is left of one who was told, or gave up. */
export class Waiters {
  private readonly waiting = new Set<{ readonly position: number; readonly resolve: () => void }>();

  /** How many wait. */
  get count(): number {
    return this.waiting.size;
  }

  /**
   * Resolves when this position, or one behind it, is told.
   * @throws the reason of the signal when it was aborted before that.
   */
  async until(position: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    let giveUp = (): void => {};
    await new Promise<void>((resolve, reject) => {
      const waiter = { position, resolve };
      this.waiting.add(waiter);
      giveUp = () => {
        this.waiting.delete(waiter);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
    }).finally(() => signal?.removeEventListener('abort', giveUp));
  }

  /** It has come to this position. */
  tell(position: number): void {
    for (const waiter of this.waiting) {
      if (waiter.position > position) continue;
      this.waiting.delete(waiter);
      waiter.resolve();
    }
  }
}
