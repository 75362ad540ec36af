/** What whoever asked can mend, or has to be told: printed as it is. Everything else is a bug. */
export class Failure extends Error {}

/** Does a task, and says of what failed during what it did. */
export function during<T>(what: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (!isExpected(error)) throw error;
    throw new Failure(`${what}: ${error.message}`, { cause: error });
  }
}

/** One sentence; for a bug also where it is. */
export function sentenceOf(error: unknown): string {
  if (isExpected(error)) return error.message;
  return `this is a bug of heddle-garden-networker: ${(error as Error).stack ?? String(error)}`;
}

/** A failure, or the refusal of a call by the kernel. */
function isExpected(error: unknown): error is Error {
  return error instanceof Failure || (typeof error === 'object' && error !== null && 'syscall' in error);
}
