import { type Command, Option } from 'commander';
import { appGuid } from '../arguments/app-guid';
import { type PageOptions, TIMES, withPageOptions } from '../arguments/page-options';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { changeEntry, changeTable } from './change-table';
import { followChanges } from './follow-changes';
import { showChangeCommand } from './show-change';
import { showExposureCommand } from './show-exposure';
import { requireWindow } from './window';

interface ChangesOptions extends SharedOptions, PageOptions {
  readonly app?: string;
  readonly actor?: string;
  readonly type?: string;
  readonly reason?: string;
  readonly follow?: true;
}

const EXAMPLES = `
${TIMES}
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
    .option('--reason <text>', 'only changes with this text in their reason');
  withPageOptions(command, 'changes', io)
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
