import { Command } from 'commander';
import { asOnePage } from '../api/every-page';
import { atOption, MOMENTS } from '../arguments/at-option';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { tagTable } from './tag-table';

interface ListTagsOptions extends SharedOptions {
  readonly at?: string;
}

const EXAMPLES = `
${MOMENTS}
SINCE is the change that gave a tag.

Examples:
  $ heddle tag list
  $ heddle tag list --at 8812
  $ heddle tag list --at '2h ago' --output json`;

/** `heddle tag list`. */
export function listTagsCommand(io: Io): Command {
  const command = new Command('list')
    .description('list the tags in use, in the order they were given')
    .addOption(atOption(io, 'those in use at this moment'))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (options: ListTagsOptions) => {
    const { past, printer } = await openSession(io, options);
    const tags = await asOnePage('tags', (part) => past.listTags(part), options.at);
    printer.print(tags, (page) => tagTable(tags, page));
  });
}
