import { Command, Option } from 'commander';
import type { PolicyList } from '../api/schemas';
import { appGuid, appGuids } from '../arguments/app-guid';
import { atOption, MOMENTS } from '../arguments/at-option';
import { formatPorts } from '../arguments/ports';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { openSession } from '../session/session';
import { pastPolicies, pastPolicyTable } from './past-policies';

interface ListPoliciesOptions extends SharedOptions {
  readonly app?: readonly string[];
  readonly source?: string;
  readonly destination?: string;
  readonly at?: string;
  readonly expiring?: boolean;
}

const EXAMPLES = `
${MOMENTS}
SINCE and UNTIL are the changes that added and removed a policy, or moved its end, which is EXPIRES.

Examples:
  $ heddle policy list
  $ heddle policy list --at '2026-11-10 14:03'
  $ heddle policy list --at 8812 --app homeowner
  $ heddle policy list --expiring
  $ heddle policy list --app visitor homeowner
  $ heddle policy list --source visitor --output json`;

/** `heddle policy list`. */
export function listPoliciesCommand(io: Io): Command {
  const command = new Command('list')
    .description('list policies, the oldest first')
    .addOption(
      new Option('--app <guid...>', 'only policies with one of these apps as source or destination')
        .argParser(appGuids('--app'))
        .conflicts(['source', 'destination']),
    )
    .addOption(new Option('--source <guid>', 'only policies with this source').argParser(appGuid('--source')))
    .addOption(
      new Option('--destination <guid>', 'only policies with this destination').argParser(appGuid('--destination')),
    )
    .addOption(atOption(io, 'those that stood at this moment'))
    .option('--expiring', 'only policies that close by themselves, with their ends')
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: ListPoliciesOptions) => {
    const { api, past, printer } = await openSession(io, options);
    const { app: either, source, destination, at, expiring } = options;
    if (at !== undefined || expiring === true) {
      const then = await pastPolicies(past, { either, source, destination, expiring }, at);
      return printer.print(then, (page) => pastPolicyTable(then, page));
    }
    const list = await api.listPolicies({ either, source, destination });
    printer.print(list, (page) => policyTable(list, page));
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'SOURCE', wraps: true },
  { title: 'DESTINATION', wraps: true },
  { title: 'PROTOCOL' },
  { title: 'PORTS' },
];

/** A line for each policy. */
export function policyTable({ policies }: PolicyList, page: Page): string {
  if (policies.length === 0) return 'no policies';
  const rows = policies.map(({ source, destination: { id, protocol, ports } }) => [
    source.id,
    id,
    protocol,
    formatPorts(ports),
  ]);
  return renderTable(COLUMNS, rows, page);
}
