import type { Command } from 'commander';
import { atOption, MOMENTS } from '../arguments/at-option';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { cellTable } from './cell-table';
import { pastPlacements, placementTable } from './past-placements';

interface CellsOptions extends SharedOptions {
  readonly at?: string;
}

const EXAMPLES = `
${MOMENTS}

Examples:
  $ heddle cells
  $ heddle cells --at '2026-11-10 14:03'
  $ heddle cells --output json`;

/** `heddle cells`. */
export function cellsCommand(command: Command, io: Io): Command {
  command.addOption(atOption(io, 'which containers were where at this moment, instead')).addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: CellsOptions) => {
    const { api, past, printer } = await openSession(io, options);
    if (options.at !== undefined) {
      const then = await pastPlacements(past, options.at);
      return printer.print(then, (page) => placementTable(then, page));
    }
    const list = await api.listCells();
    printer.print(list, (page) => cellTable(list, page));
  });
}
