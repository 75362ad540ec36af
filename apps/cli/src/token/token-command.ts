import type { Command } from 'commander';
import type { Io } from '../io';
import { createTokenCommand } from './create-token';
import { listTokensCommand } from './list-tokens';
import { revokeTokenCommand } from './revoke-token';

const NOTE = `
These commands work in the data directory of a control plane (HEDDLE_DATA_DIR), as its user.
A control plane that has a UAA (HEDDLE_UAA_URL) accepts the tokens of that UAA only.

Examples:
  $ heddle token create --scope network.admin --user ann --expires 30d
  $ heddle token list
  $ heddle token revoke 5d2c1b1e-8f0a-4c55-9f43-0f7c2f6f4d11`;

/** `heddle token`: who may talk to the control plane. */
export function tokenCommand(command: Command, io: Io): Command {
  return command
    .addCommand(createTokenCommand(io))
    .addCommand(listTokensCommand(io))
    .addCommand(revokeTokenCommand(io))
    .addHelpText('after', NOTE);
}
