import { Command } from 'commander';
import type { Io } from '../io';
import { endLeaseCommand } from './end-lease';
import { leaseHistoryCommand } from './lease-history';
import { listLeasesCommand } from './list-leases';

/** `heddle lease`: which cell has which subnet. */
export function leaseCommand(io: Io): Command {
  return new Command('lease')
    .description('which cell has which subnet of the overlay')
    .addCommand(listLeasesCommand(io))
    .addCommand(leaseHistoryCommand(io))
    .addCommand(endLeaseCommand(io, 'release'))
    .addCommand(endLeaseCommand(io, 'fence'));
}
