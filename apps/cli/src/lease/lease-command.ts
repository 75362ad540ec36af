import type { Command } from 'commander';
import type { Io } from '../io';
import { endLeaseCommand } from './end-lease';
import { leaseHistoryCommand } from './lease-history';
import { listLeasesCommand } from './list-leases';

/** `heddle lease`: which cell has which subnet. */
export function leaseCommand(command: Command, io: Io): Command {
  return command
    .addCommand(listLeasesCommand(io))
    .addCommand(leaseHistoryCommand(io))
    .addCommand(endLeaseCommand(io, 'release'))
    .addCommand(endLeaseCommand(io, 'fence'));
}
