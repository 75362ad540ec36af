import { type Command, Option } from 'commander';
import { appGuid } from '../arguments/app-guid';
import { moment } from '../arguments/moment';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { sequence, wholeNumber } from '../arguments/whole-number';
import { requireWindow } from '../changes/window';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { refusedTable } from './refused-table';

interface RefusedOptions extends SharedOptions {
  readonly app?: string;
  readonly actor?: string;
  /** ISO 8601. */
  readonly since?: string;
  /** ISO 8601. */
  readonly until?: string;
  readonly before?: number;
  readonly limit: number;
}

/** As many as the control plane gives at once. */
const MOST_ATTEMPTS = 500;
const DEFAULT_LIMIT = 50;

const EXAMPLES = `
Times are ISO 8601 with a zone (2026-11-22T09:00:00Z), or a span (30s, 5m, 2h or 7d ago).

Examples:
  $ heddle refused --actor ann --since '2h ago'
  $ heddle refused --app homeowner --output json`;

/** `heddle refused`. */
export function refusedCommand(command: Command, io: Io): Command {
  command
    .addOption(
      new Option('--app <guid>', 'only attempts that named a policy with this app').argParser(appGuid('--app')),
    )
    .option('--actor <name>', 'only attempts of this user or client')
    .addOption(new Option('--since <time>', 'only attempts at this time or later').argParser(moment('--since', io.now)))
    .addOption(new Option('--until <time>', 'only attempts before this time').argParser(moment('--until', io.now)))
    .addOption(new Option('--before <n>', 'only attempts before this one').argParser(sequence('--before')))
    .addOption(
      new Option('--limit <n>', `how many at most, 1-${MOST_ATTEMPTS}`)
        .argParser(wholeNumber('--limit', 1, MOST_ATTEMPTS))
        .default(DEFAULT_LIMIT),
    )
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async ({ output, url, tokenFile, ...filter }: RefusedOptions) => {
    requireWindow(filter);
    const { api, printer } = await openSession(io, { output, url, tokenFile });
    const found = await api.listRefused(filter);
    printer.print(found, (page) => refusedTable(found, page));
  });
}
