import { catalogue } from './catalogue';
import type { Environment } from './read-configuration';

/**
 * Whether `HEDDLE_DEBUG` is on. For the last lines of a program, which also report that its configuration cannot be read;
 * a value that is neither on nor off counts as off there.
 */
export function isDebugging(environment: Environment = process.env): boolean {
  return catalogue.debug.schema.safeParse(environment[catalogue.debug.env]).data ?? false;
}
