import { Command } from 'commander';
import type { Io } from '../io';
import { listTagsCommand } from './list-tags';

/** `heddle tag`: which app has which tag. */
export function tagCommand(io: Io): Command {
  return new Command('tag')
    .description('which app has which tag, by which cells know whose a packet is')
    .addCommand(listTagsCommand(io));
}
