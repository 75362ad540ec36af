import { Argument, Command, Option } from 'commander';
import type { Hops } from '../api/reach-schemas';
import { appGuid } from '../arguments/app-guid';
import { atOption, MOMENTS } from '../arguments/at-option';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { wholeNumber } from '../arguments/whole-number';
import type { Io } from '../io';
import { asOfWords } from '../output/as-of';
import { count } from '../output/enumerate';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { visible } from '../output/visible';
import { openSession } from '../session/session';
import { portsWords } from './ports-words';

interface HopsOptions extends SharedOptions {
  readonly hops: number;
  readonly limit: number;
  readonly at?: string;
}

const EXAMPLES = `
${MOMENTS}

Examples:
  $ heddle reach hops visitor
  $ heddle reach hops visitor --hops 2 --at '2026-11-10 14:03'`;

/** `heddle reach hops`. */
export function listHopsCommand(io: Io): Command {
  const command = new Command('hops')
    .description('list what could be reached from an app, directly and over others')
    .addArgument(new Argument('<source>', 'GUID of the app').argParser(appGuid('source')))
    .addOption(new Option('--hops <n>', 'how many at most, 1-64').argParser(wholeNumber('--hops', 1, 64)).default(16))
    .addOption(
      new Option('--limit <n>', 'how many apps at most, 1-10000')
        .argParser(wholeNumber('--limit', 1, 10_000))
        .default(1_000),
    )
    .addOption(atOption(io))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (from: string, options: HopsOptions) => {
    const { hops, limit, at } = options;
    const { past, printer } = await openSession(io, options);
    const found = await past.reachableInHops({ from, hops, limit, at });
    printer.print(found, (page) => hopTable(found, page));
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'HOP', align: 'right' },
  { title: 'APP', wraps: true },
  { title: 'VIA', wraps: true },
  { title: 'PORTS', wraps: true },
];

/** A line for each app, the nearest first. */
export function hopTable({ asOf, from, hops, complete }: Hops, page: Page): string {
  const head = `from ${visible(from)}, ${asOfWords(asOf, page)}: ${count(hops.flat().length, 'app')} in ${count(hops.length, 'hop')}`;
  if (hops.length === 0) return head;
  const rows = hops.flatMap((apps, i) =>
    apps.map(({ app, via, ports }) => [String(i + 1), app, via, portsWords(ports)]),
  );
  const more = complete ? [] : ['there is more behind: raise --hops or --limit'];
  return [head, renderTable(COLUMNS, rows, page), ...more].join('\n');
}
