import { type Command, Option } from 'commander';
import type { Io } from '../io';
import { moment } from './moment';
import { sequence, wholeNumber } from './whole-number';

/** Which part of a list that goes from the newest to the oldest. */
export interface PageOptions {
  /** ISO 8601. */
  readonly since?: string;
  /** ISO 8601. */
  readonly until?: string;
  readonly before?: number;
  readonly limit: number;
}

/** As many as the control plane gives at once. */
const MOST = 500;
const DEFAULT_LIMIT = 50;

/** What the options that take a time say about it. */
export const TIMES = 'Times are ISO 8601 with a zone (2026-11-22T09:00:00Z), or a span (30s, 5m, 2h or 7d ago).';

/**
 * Gives a command the options of a list that goes from the newest to the oldest.
 * @param what it is a list of
 */
export function withPageOptions(command: Command, what: string, { now }: Pick<Io, 'now'>): Command {
  return command
    .addOption(new Option('--since <time>', `only ${what} at this time or later`).argParser(moment('--since', now)))
    .addOption(new Option('--until <time>', `only ${what} before this time`).argParser(moment('--until', now)))
    .addOption(new Option('--before <n>', `only ${what} before this one`).argParser(sequence('--before')))
    .addOption(
      new Option('--limit <n>', `how many at most, 1-${MOST}`)
        .argParser(wholeNumber('--limit', 1, MOST))
        .default(DEFAULT_LIMIT),
    );
}
