import { Command } from 'commander';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { leaseTable } from './lease-table';

const EXAMPLES = `
Examples:
  $ heddle lease list
  $ heddle lease list --output json`;

/** `heddle lease list`. */
export function listLeasesCommand(io: Io): Command {
  const command = new Command('list')
    .description('list leases, and the subnets in quarantine')
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: SharedOptions) => {
    const { api, printer } = await openSession(io, options);
    const list = await api.listLeases();
    printer.print(list, (page) => leaseTable(list, page));
  });
}
