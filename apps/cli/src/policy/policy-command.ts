import type { Command } from 'commander';
import type { Io } from '../io';
import { changePolicyCommand } from './change-policy';
import { listPoliciesCommand } from './list-policies';
import { policyStatusCommand } from './policy-status';

/** `heddle policy`: which app may talk to which. */
export function policyCommand(command: Command, io: Io): Command {
  return command
    .addCommand(changePolicyCommand(io, 'add'))
    .addCommand(changePolicyCommand(io, 'remove'))
    .addCommand(changePolicyCommand(io, 'limit'))
    .addCommand(listPoliciesCommand(io))
    .addCommand(policyStatusCommand(io));
}
