import type { Command } from 'commander';
import type { Io } from '../io';
import { listGroupsCommand } from './list-groups';

/** `heddle group`: what containers may reach outside. */
export function groupCommand(command: Command, io: Io): Command {
  return command.addCommand(listGroupsCommand(io));
}
