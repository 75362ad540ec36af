import { Command } from 'commander';
import type { Io } from '../io';
import { listGroupsCommand } from './list-groups';

/** `heddle group`: what containers may reach outside. */
export function groupCommand(io: Io): Command {
  return new Command('group')
    .description('security groups: what containers may reach outside the overlay')
    .addCommand(listGroupsCommand(io));
}
