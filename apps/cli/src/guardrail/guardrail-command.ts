import type { Command } from 'commander';
import type { Io } from '../io';
import { checkStatementCommand } from './check-statement';
import { listGuardrailsCommand } from './list-guardrails';
import { listViolationsCommand } from './list-violations';
import { removeGuardrailCommand } from './remove-guardrail';
import { setGuardrailCommand } from './set-guardrail';

/** `heddle guardrail`: what no change may bring about. */
export function guardrailCommand(command: Command, io: Io): Command {
  return command
    .addCommand(setGuardrailCommand(io))
    .addCommand(listGuardrailsCommand(io))
    .addCommand(removeGuardrailCommand(io))
    .addCommand(listViolationsCommand(io))
    .addCommand(checkStatementCommand(io));
}
