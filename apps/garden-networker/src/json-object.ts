import { Failure } from './failure';

/** The members of an object that nobody has looked at yet. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * Reads text that is to be an object.
 * @param what is said in front of what is wrong
 */
export function objectIn(text: string, what: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure(`${what}: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new Failure(`${what}: must be a JSON object`);
}
