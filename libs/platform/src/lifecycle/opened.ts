/** What was opened so far, and how each piece is closed. */
export interface Opened {
  /** Notes how the piece just opened is closed. */
  add(close: () => unknown): void;
  /**
   * Closes every piece, the last one opened first; each is tried even if another fails. Closing twice closes once.
   * @throws the first failure, when all have been tried.
   */
  close(): Promise<void>;
}

/**
 * Opens something made of pieces. When a piece cannot be opened, those before it are closed again, so that nothing is left half
 * open; the failure to open is what the caller sees.
 */
export async function openAll<T>(open: (opened: Opened) => Promise<T>): Promise<T> {
  const closers: (() => unknown)[] = [];
  const opened: Opened = {
    add: (close) => void closers.push(close),
    async close() {
      const failures: unknown[] = [];
      for (const close of closers.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
  try {
    return await open(opened);
  } catch (error) {
    await opened.close().catch(() => {});
    throw error;
  }
}
