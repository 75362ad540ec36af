import { Command } from 'commander';
import type { Io } from '../io';
import { checkStatementCommand } from './check-statement';
import { listGuardrailsCommand } from './list-guardrails';
import { listViolationsCommand } from './list-violations';
import { removeGuardrailCommand } from './remove-guardrail';
import { setGuardrailCommand } from './set-guardrail';

/** `heddle guardrail`: what no change may bring about. */
export function guardrailCommand(io: Io): Command {
  return new Command('guardrail')
    .description('what no change of policies may bring about, and since when it is so all the same')
    .addCommand(setGuardrailCommand(io))
    .addCommand(listGuardrailsCommand(io))
    .addCommand(removeGuardrailCommand(io))
    .addCommand(listViolationsCommand(io))
    .addCommand(checkStatementCommand(io));
}
