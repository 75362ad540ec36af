import { Command } from 'commander';
import { asOnePage } from '../api/every-page';
import { atOption, MOMENTS } from '../arguments/at-option';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { leaseTable, pastLeaseTable } from './lease-table';

interface ListLeasesOptions extends SharedOptions {
  readonly at?: string;
}

const EXAMPLES = `
${MOMENTS}

Examples:
  $ heddle lease list
  $ heddle lease list --at '2h ago'
  $ heddle lease list --output json`;

/** `heddle lease list`. */
export function listLeasesCommand(io: Io): Command {
  const command = new Command('list')
    .description('list leases, and the subnets in quarantine')
    .addOption(atOption(io, 'those that stood at this moment'))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: ListLeasesOptions) => {
    const { api, past, printer } = await openSession(io, options);
    if (options.at !== undefined) {
      const then = await asOnePage('leases', (part) => past.listPastLeases(part), options.at);
      return printer.print(then, (page) => pastLeaseTable(then, page));
    }
    const list = await api.listLeases();
    printer.print(list, (page) => leaseTable(list, page));
  });
}
