import type { Command } from 'commander';
import type { Io } from '../io';
import { listTagsCommand } from './list-tags';

/** `heddle tag`: which app has which tag. */
export function tagCommand(command: Command, io: Io): Command {
  return command.addCommand(listTagsCommand(io));
}
