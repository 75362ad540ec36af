import { type Command, Option } from 'commander';
import type { TrailFilter } from '../api/trail-api';
import { appGuid } from '../arguments/app-guid';
import { moment } from '../arguments/moment';
import { TIMES } from '../arguments/page-options';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { wholeNumber } from '../arguments/whole-number';
import { requireWindow } from '../changes/window';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { trailEntry } from './trail-entry';

interface TrailOptions extends SharedOptions, TrailFilter {
  readonly csv?: true;
}

const EXAMPLES = `
The newest entry comes first. JSON is one line for each entry, and YAML one document; CSV has a line
for each policy that an entry is about.

${TIMES}

Examples:
  $ heddle trail --refused --since '2h ago'
  $ heddle trail --actor bob --csv > bob.csv
  $ heddle trail --output json | jq .reason`;

/** `heddle trail`. */
export function trailCommand(command: Command, io: Io): Command {
  command
    .option('--refused', 'with what was asked and refused')
    .addOption(new Option('--csv', 'print CSV, for a spreadsheet').conflicts('output'))
    .addOption(new Option('--app <guid>', 'only entries that name this app').argParser(appGuid('--app')))
    .option('--actor <name>', 'only entries of this user or client')
    .addOption(new Option('--type <type>', 'only changes of this type').conflicts('refused'))
    .option('--reason <text>', 'only entries with this text in their reason')
    .addOption(new Option('--since <time>', 'only entries at this time or later').argParser(moment('--since', io.now)))
    .addOption(new Option('--until <time>', 'only entries before this time').argParser(moment('--until', io.now)))
    .addOption(
      new Option('--limit <n>', 'how many at most').argParser(wholeNumber('--limit', 1, Number.MAX_SAFE_INTEGER)),
    )
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(
    async ({ output, url, tokenFile, csv, ...filter }: TrailOptions): Promise<void> => {
      requireWindow(filter);
      const { trail, printer } = await openSession(io, { output, url, tokenFile });
      if (csv) for await (const portion of trail.csv(filter)) printer.pass(portion);
      else for await (const entry of trail.entries(filter)) printer.printNext(entry, (page) => trailEntry(entry, page));
    },
  );
}
