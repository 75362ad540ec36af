import { Command } from 'commander';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { cellTable } from './cell-table';

const EXAMPLES = `
Examples:
  $ heddle cells
  $ heddle cells --output json`;

/** `heddle cells`. */
export function cellsCommand(io: Io): Command {
  const command = new Command('cells')
    .description('list cells with their leases and containers, and what each still has to enforce')
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: SharedOptions) => {
    const { api, printer } = await openSession(io, options);
    const list = await api.listCells();
    printer.print(list, (page) => cellTable(list, page));
  });
}
