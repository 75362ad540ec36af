import type { Command } from 'commander';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';

const EXAMPLES = `
The link holds the token, so it is as secret as that. Browsers send nothing behind the # to servers.

Examples:
  $ heddle dashboard
  $ xdg-open "$(heddle dashboard)"`;

/** `heddle dashboard`. */
export function dashboardCommand(command: Command, io: Io): Command {
  command.addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: SharedOptions) => {
    const { url, token, printer } = await openSession(io, options);
    const link = `${url}/dashboard/#token=${encodeURIComponent(token.text)}`;
    printer.print({ url: link }, () => link);
  });
}
