import { Argument, Option, type Command } from 'commander';
import type { Io } from '../io';
import { appGuid } from './app-guid';
import { atOption } from './at-option';
import { wholeNumber } from './whole-number';

/** What is asked about the way between two apps. */
export interface BetweenAppsOptions {
  readonly protocol?: string;
  readonly port?: number;
  readonly at?: string;
}

/** Adds the two apps, in order, and {@link BetweenAppsOptions} to a command. */
export function askedBetweenApps(command: Command, io: Io): Command {
  return command
    .addArgument(new Argument('<source>', 'GUID of the app that opens connections').argParser(appGuid('source')))
    .addArgument(new Argument('<destination>', 'GUID of the app that is reached').argParser(appGuid('destination')))
    .addOption(new Option('--protocol <name>', 'without it, either').choices(['tcp', 'udp']))
    .addOption(new Option('--port <n>', 'without it, any').argParser(wholeNumber('--port', 1, 65_535)))
    .addOption(atOption(io));
}
