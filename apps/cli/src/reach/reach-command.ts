import type { Command } from 'commander';
import type { Io } from '../io';
import { checkReachCommand } from './check-reach';
import { diffReachCommand } from './diff-reach';
import { listHopsCommand } from './list-hops';
import { listPairsCommand } from './list-pairs';

/** `heddle reach`: who could open connections to whom, at any moment. */
export function reachCommand(command: Command, io: Io): Command {
  return command
    .addCommand(checkReachCommand(io))
    .addCommand(listPairsCommand(io))
    .addCommand(diffReachCommand(io))
    .addCommand(listHopsCommand(io));
}
