import { messageOf, type Logger } from '@heddle/platform';

/** One step of a teardown. */
export interface Step {
  /** What it does, as the beginning of a sentence about its failure: `the VTEP could not be removed`. */
  readonly failure: string;
  readonly act: () => Promise<unknown>;
}

/** Takes the steps one after the other, each whatever became of those before. @returns a sentence for each that failed */
export async function attemptAll(steps: readonly Step[], logger: Logger): Promise<string[]> {
  const failures: string[] = [];
  for (const { failure, act } of steps) {
    try {
      await act();
    } catch (error) {
      failures.push(`${failure}: ${messageOf(error)}`);
      logger.error({ error: messageOf(error) }, failure);
    }
  }
  return failures;
}
