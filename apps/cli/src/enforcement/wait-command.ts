import { type Command, Option } from 'commander';
import { DEFAULT_WAIT_SECONDS, waitSeconds } from '../arguments/seconds';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { sequence } from '../arguments/whole-number';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { requireInForce } from './require-in-force';

interface WaitOptions extends SharedOptions {
  readonly change: number;
  /** In seconds. */
  readonly timeout: number;
}

const EXAMPLES = `
It ends with 0 when every cell concerned enforces the change, and with 3 when the time is over.

Examples:
  $ heddle wait --change 12
  $ heddle wait --change 12 --timeout 300 && ./open-the-doors`;

/** `heddle wait`. */
export function waitCommand(command: Command, io: Io): Command {
  command
    .addOption(new Option('--change <n>', 'number of the change').argParser(sequence('--change')).makeOptionMandatory())
    .addOption(
      new Option('--timeout <seconds>', 'how long to wait')
        .argParser(waitSeconds('--timeout'))
        .default(DEFAULT_WAIT_SECONDS),
    )
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: WaitOptions) => {
    await requireInForce(await openSession(io, options), options.change, options.timeout);
  });
}
