import { type Command, Option } from 'commander';
import { appGuid } from '../arguments/app-guid';
import { moment } from '../arguments/moment';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { sequence, wholeNumber } from '../arguments/whole-number';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { changeEntry, changeTable } from './change-table';
import { followChanges } from './follow-changes';
import { showChangeCommand } from './show-change';
import { showExposureCommand } from './show-exposure';
import { requireWindow } from './window';

interface ChangesOptions extends SharedOptions {
  readonly app?: string;
  readonly actor?: string;
  readonly type?: string;
  readonly reason?: string;
  /** ISO 8601. */
  readonly since?: string;
  /** ISO 8601. */
  readonly until?: string;
  readonly before?: number;
  readonly limit: number;
  readonly follow?: true;
}

/** As many as the control plane gives at once. */
const MOST_CHANGES = 500;
const DEFAULT_LIMIT = 50;

const EXAMPLES = `
Times are ISO 8601 with a zone (2026-11-22T09:00:00Z), or a span (30s, 5m, 2h or 7d ago).
With --follow, JSON is one line for each change, and YAML one document.

Examples:
  $ heddle changes --app homeowner --since '2h ago'
  $ heddle changes --actor bob --reason NET-42
  $ heddle changes --follow
  $ heddle changes --limit 500 --output json`;

/** `heddle changes`, with `heddle changes show` under it. */
export function changesCommand(command: Command, io: Io): Command {
  command
    .addOption(new Option('--app <guid>', 'only changes that name this app').argParser(appGuid('--app')))
    .option('--actor <name>', 'only changes of this user or client')
    .option('--type <type>', 'only changes of this type, such as policies-changed')
    .option('--reason <text>', 'only changes with this text in their reason')
    .addOption(new Option('--since <time>', 'only changes at this time or later').argParser(moment('--since', io.now)))
    .addOption(new Option('--until <time>', 'only changes before this time').argParser(moment('--until', io.now)))
    .addOption(new Option('--before <n>', 'only changes before this one').argParser(sequence('--before')))
    .addOption(
      new Option('--limit <n>', `how many at most, 1-${MOST_CHANGES}`)
        .argParser(wholeNumber('--limit', 1, MOST_CHANGES))
        .default(DEFAULT_LIMIT),
    )
    .addOption(
      new Option(
        '--follow',
        'print the newest changes, the oldest of them first, then each as it comes, until Ctrl-C',
      ).conflicts(['until', 'before', 'actor', 'type', 'reason']),
    )
    .addHelpText('after', EXAMPLES)
    .addCommand(showChangeCommand(io))
    .addCommand(showExposureCommand(io));
  return withSharedOptions(command).action(async ({ output, url, tokenFile, follow, ...filter }: ChangesOptions) => {
    requireWindow(filter);
    const { api, printer, signal } = await openSession(io, { output, url, tokenFile });
    if (follow) {
      for await (const change of followChanges({ api, filter, note: (sentence) => printer.note(sentence), signal })) {
        printer.printNext(change, (page) => changeEntry(change, page));
      }
      return;
    }
    const changes = await api.listChanges(filter);
    printer.print(changes, (page) => changeTable(changes, page));
  });
}
