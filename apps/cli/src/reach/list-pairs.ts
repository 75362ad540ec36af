import { Command } from 'commander';
import { everyPage } from '../api/every-page';
import type { Pairs } from '../api/reach-schemas';
import { atOption, MOMENTS } from '../arguments/at-option';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { openSession } from '../session/session';
import { portsWords } from './ports-words';

interface PairsOptions extends SharedOptions {
  readonly at?: string;
}

const EXAMPLES = `
${MOMENTS}
The answer comes in pages: JSON is a line for each of them, and YAML a document.

Examples:
  $ heddle reach list
  $ heddle reach list --at 8812 --output json`;

/** `heddle reach list`. */
export function listPairsCommand(io: Io): Command {
  const command = new Command('list')
    .description('list every pair of apps of which one could reach the other')
    .addOption(atOption(io))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: PairsOptions) => {
    const { past, printer } = await openSession(io, options);
    for await (const pairs of everyPage((part) => past.reachablePairs(part), options.at)) {
      printer.printNext(pairs, (page) => pairTable(pairs, page));
    }
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'SOURCE', wraps: true },
  { title: 'DESTINATION', wraps: true },
  { title: 'PORTS', wraps: true },
];

function pairTable({ asOf, edges }: Pairs, page: Page): string {
  if (edges.length === 0) return `${asOfWords(asOf, page)}: nobody reaches anybody`;
  const rows = edges.map(({ source, destination, ports }) => [source, destination, portsWords(ports)]);
  return `${asOfWords(asOf, page)}\n${renderTable(COLUMNS, rows, page)}`;
}
