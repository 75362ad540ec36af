import { type Command, Option } from 'commander';
import { appGuid } from '../arguments/app-guid';
import { type PageOptions, TIMES, withPageOptions } from '../arguments/page-options';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { requireWindow } from '../changes/window';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { refusedTable } from './refused-table';

interface RefusedOptions extends SharedOptions, PageOptions {
  readonly app?: string;
  readonly actor?: string;
}

const EXAMPLES = `
${TIMES}

Examples:
  $ heddle refused --actor ann --since '2h ago'
  $ heddle refused --app homeowner --output json`;

/** `heddle refused`. */
export function refusedCommand(command: Command, io: Io): Command {
  command
    .addOption(
      new Option('--app <guid>', 'only attempts that named a policy with this app').argParser(appGuid('--app')),
    )
    .option('--actor <name>', 'only attempts of this user or client');
  withPageOptions(command, 'attempts', io).addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async ({ output, url, tokenFile, ...filter }: RefusedOptions) => {
    requireWindow(filter);
    const { api, printer } = await openSession(io, { output, url, tokenFile });
    const found = await api.listRefused(filter);
    printer.print(found, (page) => refusedTable(found, page));
  });
}
