import { Command, Option } from 'commander';
import type { Difference } from '../api/reach-schemas';
import { MOMENTS } from '../arguments/at-option';
import { pastMoment } from '../arguments/past-moment';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { asOfWords } from '../output/as-of';
import { enumerate } from '../output/enumerate';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { openSession } from '../session/session';
import { portsWords } from './ports-words';

interface DiffOptions extends SharedOptions {
  readonly since: string;
  readonly until?: string;
}

const EXAMPLES = `
${MOMENTS}
The answer comes in pages: JSON is a line for each of them, and YAML a document.

Examples:
  $ heddle reach diff --since '2h ago'
  $ heddle reach diff --since 8800 --until 8812 --output json`;

/** `heddle reach diff`. */
export function diffReachCommand(io: Io): Command {
  const command = new Command('diff')
    .description('list what differs between two moments: pairs of apps that were added, removed or changed')
    .addOption(
      new Option('--since <moment>', 'the earlier one')
        .argParser(pastMoment('--since', io.timeZone))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--until <moment>', 'the later one; without it, now').argParser(pastMoment('--until', io.timeZone)),
    )
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: DiffOptions) => {
    const { past, printer } = await openSession(io, options);
    let { since, until } = options;
    for (let after: string | undefined; ;) {
      const found = await past.reachabilityDiff({ since, until, after });
      printer.printNext(found, (page) => differenceTable(found, page));
      if (found.next === null) return;
      // Every page is about the two moments of the first.
      [since, until, after] = [String(found.since.seq), String(found.until.seq), found.next];
    }
  });
}

const COLUMNS: readonly Column[] = [
  { title: '' },
  { title: 'SOURCE', wraps: true },
  { title: 'DESTINATION', wraps: true },
  { title: 'PORTS', wraps: true },
  { title: 'CHANGES', wraps: true },
];
const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** A line for each pair. */
export function differenceTable({ since, until, edges }: Difference, page: Page): string {
  const head = `${asOfWords(since, page)} → ${asOfWords(until, page)}`;
  if (edges.length === 0) return `${head}: no difference`;
  const rows = edges.map(({ source, destination, what, before, after, changes }) => [
    ...[SIGNS[what], source, destination],
    what === 'changed' ? `${portsWords(before)} → ${portsWords(after)}` : portsWords(what === 'added' ? after : before),
    enumerate(changes.map(String)),
  ]);
  return `${head}\n${renderTable(COLUMNS, rows, page)}`;
}
