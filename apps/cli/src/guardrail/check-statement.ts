import { Command } from 'commander';
import { MOMENTS } from '../arguments/at-option';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { Faulty } from '../endings';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { printEveryViolation, type WindowOptions, withWindow } from './every-violation';
import { statementOf, type StatementOptions, STATEMENTS, withStatement } from './statement-options';

const EXAMPLES = `
${STATEMENTS}
${MOMENTS}

Examples:
  $ heddle guardrail check --from-space dev --to prod-db
  $ heddle guardrail check --from-all-but router --to prod-db --since '30d ago'`;

/** `heddle guardrail check`. */
export function checkStatementCommand(io: Io): Command {
  const command = withStatement(new Command('check'))
    .description(
      'hold what stands and stood against a statement that is not kept; the exit code is 4 if something is against it',
    )
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(withWindow(command, io)).action(
    async (options: SharedOptions & WindowOptions & StatementOptions) => {
      const statement = statementOf(options);
      const { guardrails, printer } = await openSession(io, options);
      if ((await printEveryViolation(guardrails, statement, options, printer)) > 0) throw new Faulty();
    },
  );
}
