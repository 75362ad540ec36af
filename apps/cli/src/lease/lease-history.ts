import { Argument, Command, Option } from 'commander';
import { moment } from '../arguments/moment';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { sequence, wholeNumber } from '../arguments/whole-number';
import { requireWindow } from '../changes/window';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { historyTable } from './history-table';
import { whichLease } from './which-lease';

interface HistoryOptions extends SharedOptions {
  /** ISO 8601. */
  readonly since?: string;
  /** ISO 8601. */
  readonly until?: string;
  readonly before?: number;
  readonly limit: number;
}

/** As many as the control plane gives at once. */
const MOST_CHANGES = 500;
const DEFAULT_LIMIT = 50;

const EXAMPLES = `
Times are ISO 8601 with a zone (2026-11-22T09:00:00Z), or a span (30s, 5m, 2h or 7d ago).

Examples:
  $ heddle lease history cell-7
  $ heddle lease history 10.255.7.0/24 --since '7d ago'`;

/** `heddle lease history`. */
export function leaseHistoryCommand(io: Io): Command {
  const command = new Command('history')
    .description('list what became of the leases of a cell, or of a subnet, the newest first')
    .addArgument(new Argument('<cell | subnet>', 'name of the cell, or the subnet').argParser(whichLease))
    .addOption(new Option('--since <time>', 'only changes at this time or later').argParser(moment('--since', io.now)))
    .addOption(new Option('--until <time>', 'only changes before this time').argParser(moment('--until', io.now)))
    .addOption(new Option('--before <n>', 'only changes before this one').argParser(sequence('--before')))
    .addOption(
      new Option('--limit <n>', `how many at most, 1-${MOST_CHANGES}`)
        .argParser(wholeNumber('--limit', 1, MOST_CHANGES))
        .default(DEFAULT_LIMIT),
    )
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(
    async (which: ReturnType<typeof whichLease>, { output, url, tokenFile, ...filter }: HistoryOptions) => {
      requireWindow(filter);
      const { api, printer } = await openSession(io, { output, url, tokenFile });
      const found = await api.leaseHistory({ ...which, ...filter });
      printer.print(found, (page) => historyTable(found, page));
    },
  );
}
