import { Command } from 'commander';
import { asOnePage } from '../api/every-page';
import { atOption, MOMENTS } from '../arguments/at-option';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { groupTable, pastGroupTable } from './group-table';

interface ListGroupsOptions extends SharedOptions {
  readonly at?: string;
}

const EXAMPLES = `
${MOMENTS}
RUNNING and STAGING are the spaces whose containers a group holds for; SINCE is the change that made it what it was.

Examples:
  $ heddle group list
  $ heddle group list --at '2026-11-10 14:03'
  $ heddle group list --at 8812 --output json`;

/** `heddle group list`. */
export function listGroupsCommand(io: Io): Command {
  const command = new Command('list')
    .description('list security groups; their rules are in --output json')
    .addOption(atOption(io, 'those that stood at this moment, the longest unaltered first'))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: ListGroupsOptions) => {
    const { past, printer } = await openSession(io, options);
    if (options.at !== undefined) {
      const then = await asOnePage('groups', (part) => past.listPastGroups(part), options.at);
      return printer.print(then, (page) => pastGroupTable(then, page));
    }
    const list = await past.listGroups();
    printer.print(list, (page) => groupTable(list, page));
  });
}
