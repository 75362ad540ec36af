import { Command, Option } from 'commander';
import { everyPage } from '../api/every-page';
import type { PastLeases } from '../api/past-schemas';
import { pastMoment } from '../arguments/past-moment';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { leaseTable, pastLeaseTable } from './lease-table';

interface ListLeasesOptions extends SharedOptions {
  readonly at?: string;
}

const EXAMPLES = `
Examples:
  $ heddle lease list
  $ heddle lease list --at '2h ago'
  $ heddle lease list --output json`;

/** `heddle lease list`. */
export function listLeasesCommand(io: Io): Command {
  const command = new Command('list')
    .description('list leases, and the subnets in quarantine')
    .addOption(
      new Option('--at <moment>', 'those that stood then: a change (8812), a time, or a span (5m ago)').argParser(
        pastMoment('--at', io.timeZone),
      ),
    )
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: ListLeasesOptions) => {
    const { api, printer } = await openSession(io, options);
    if (options.at !== undefined) {
      const found: PastLeases[] = [];
      for await (const page of everyPage((part) => api.listPastLeases(part), options.at)) found.push(page);
      const [first] = found as [PastLeases];
      const past = { ...first, leases: found.flatMap(({ leases }) => leases), next: null };
      return printer.print(past, (page) => pastLeaseTable(past, page));
    }
    const list = await api.listLeases();
    printer.print(list, (page) => leaseTable(list, page));
  });
}
