import { type Command, Option } from 'commander';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { wholeNumber } from '../arguments/whole-number';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { driftTable } from './drift-table';

interface DriftOptions extends SharedOptions {
  readonly cell?: string;
  readonly limit: number;
}

/** As many as the control plane gives at once. */
const MOST_REPORTS = 500;
const DEFAULT_LIMIT = 50;

const EXAMPLES = `
Each was found and mended by the agent of the cell within a second or so. Of each cell the newest
hundred are kept, for 30 days.

Examples:
  $ heddle drift
  $ heddle drift --cell cell-2 --output json`;

/** `heddle drift`. */
export function driftCommand(command: Command, io: Io): Command {
  command
    .option('--cell <cell>', 'only on this cell')
    .addOption(
      new Option('--limit <n>', `how many at most, 1-${MOST_REPORTS}`)
        .argParser(wholeNumber('--limit', 1, MOST_REPORTS))
        .default(DEFAULT_LIMIT),
    )
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async ({ output, url, tokenFile, ...filter }: DriftOptions) => {
    const { api, printer } = await openSession(io, { output, url, tokenFile });
    const found = await api.listDrift(filter);
    printer.print(found, (page) => driftTable(found, page));
  });
}
