import { Command } from 'commander';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { rebuildState, type RebuildProgress } from './rebuild-state';

const EXAMPLES = `
Every document that cells read is published anew, from the log; what is there besides is emptied or
removed. Cells go on meanwhile, and change nothing where they have what is right. It may be
interrupted and run again, and run twice at once.

Examples:
  $ heddle state rebuild`;

/** `heddle state`: the documents that cells read. */
export function stateCommand(command: Command, io: Io): Command {
  return command.addCommand(rebuildCommand(io));
}

function rebuildCommand(io: Io): Command {
  const command = new Command('rebuild')
    .description('publish every document anew, where the stream of documents was lost or damaged')
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: SharedOptions) => {
    const { api, printer } = await openSession(io, options);
    let told = -1;
    const tell = ({ done, of }: RebuildProgress): void => {
      if (done !== told) printer.note(`${done} of ${of} documents`);
      told = done;
    };
    const outcome = await rebuildState(api, tell);
    printer.print(outcome, () => outcomeText(outcome));
  });
}

function outcomeText({ done, strays }: RebuildProgress): string {
  return `${done} documents are as the log has them, and ${strays} that it does not explain are empty or gone`;
}
