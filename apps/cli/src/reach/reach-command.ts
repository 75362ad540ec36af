import { Command } from 'commander';
import type { Io } from '../io';
import { checkReachCommand } from './check-reach';
import { diffReachCommand } from './diff-reach';
import { listHopsCommand } from './list-hops';
import { listPairsCommand } from './list-pairs';

/** `heddle reach`: who could open connections to whom, at any moment. */
export function reachCommand(io: Io): Command {
  return new Command('reach')
    .description('which app could reach which, now or at any moment, and by whose change')
    .addCommand(checkReachCommand(io))
    .addCommand(listPairsCommand(io))
    .addCommand(diffReachCommand(io))
    .addCommand(listHopsCommand(io));
}
