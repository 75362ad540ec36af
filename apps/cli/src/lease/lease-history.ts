import { Argument, Command } from 'commander';
import { type PageOptions, TIMES, withPageOptions } from '../arguments/page-options';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { requireWindow } from '../changes/window';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { historyTable } from './history-table';
import { whichLease } from './which-lease';

type HistoryOptions = SharedOptions & PageOptions;

const EXAMPLES = `
${TIMES}

Examples:
  $ heddle lease history cell-7
  $ heddle lease history 10.255.7.0/24 --since '7d ago'`;

/** `heddle lease history`. */
export function leaseHistoryCommand(io: Io): Command {
  const command = new Command('history')
    .description('list what became of the leases of a cell, or of a subnet, the newest first')
    .addArgument(new Argument('<cell | subnet>', 'name of the cell, or the subnet').argParser(whichLease));
  withPageOptions(command, 'changes', io).addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(
    async (which: ReturnType<typeof whichLease>, { output, url, tokenFile, ...filter }: HistoryOptions) => {
      requireWindow(filter);
      const { api, printer } = await openSession(io, { output, url, tokenFile });
      const found = await api.leaseHistory({ ...which, ...filter });
      printer.print(found, (page) => historyTable(found, page));
    },
  );
}
