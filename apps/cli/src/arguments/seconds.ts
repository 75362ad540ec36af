import { wholeNumber } from './whole-number';

/** How long a wait lasts when nothing else is said, in seconds. */
export const DEFAULT_WAIT_SECONDS = 30;
/** Whoever waits longer than a day has forgotten it. */
const LONGEST_WAIT_SECONDS = 86_400;

/** A parser of how long to wait, in seconds. */
export function waitSeconds(name: string): (text: string) => number {
  return wholeNumber(name, 0, LONGEST_WAIT_SECONDS);
}
