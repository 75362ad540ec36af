import type { Command } from 'commander';
import type { Io } from '../io';
import { exportCommand } from './export-command';
import { rebuildCommand } from './rebuild-command';
import { acknowledgeCommand, auditStatusCommand, checkpointCommand, keyCommand } from './status-command';
import { verifyCommand } from './verify-command';

/** `heddle audit`: what vouches for the log. */
export function auditCommand(command: Command, io: Io): Command {
  return command
    .addCommand(auditStatusCommand(io))
    .addCommand(exportCommand(io))
    .addCommand(verifyCommand(io))
    .addCommand(keyCommand(io))
    .addCommand(checkpointCommand(io))
    .addCommand(acknowledgeCommand(io))
    .addCommand(rebuildCommand(io, 'compare'))
    .addCommand(rebuildCommand(io, 'rebuild'));
}
