import { Command, Option } from 'commander';
import { expiresOption } from '../arguments/expires';
import { parseReason } from '../arguments/reason';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { Faulty } from '../endings';
import { violationText } from '../guardrail/guardrail-words';
import type { Io } from '../io';
import { type PolicyOptions, withPolicyArguments } from '../policy/policy-arguments';
import { openSession } from '../session/session';
import { reachDeltaTable } from './reach-delta-table';

const DESCRIPTIONS = {
  add: 'who could reach what, if a policy were added',
  remove: 'who could not reach what any more, if a policy were removed',
  limit: 'what a limit would do; ends take nothing away before they come',
} as const;

const EXAMPLES = `
It is decided as the change itself would be, and refused like it; but what guardrails say to it
is told, and the exit code is 4 if one of them would refuse it.

Examples:
  $ heddle plan add web db --protocol tcp --port 5432
  $ heddle plan remove web db --protocol tcp --port 5000-5010 --output json`;

interface PlanOptions extends SharedOptions, PolicyOptions {
  readonly expires?: string;
  readonly reason?: string;
}

/** `heddle plan`: what a change would do, before it is made. */
export function planCommand(command: Command, io: Io): Command {
  for (const verb of ['add', 'remove', 'limit'] as const) command.addCommand(planOf(io, verb));
  return command;
}

function planOf(io: Io, verb: keyof typeof DESCRIPTIONS): Command {
  const command = withPolicyArguments(new Command(verb).description(DESCRIPTIONS[verb]));
  if (verb === 'add') command.addOption(expiresOption(io));
  if (verb === 'limit') command.addOption(expiresOption(io).makeOptionMandatory());
  command.addOption(new Option('--reason <text>', 'as it would be kept').argParser(parseReason));
  return withSharedOptions(command.addHelpText('after', EXAMPLES)).action(
    async (source: string, destination: string, { protocol, port, expires, reason, ...options }: PlanOptions) => {
      const { changing, printer } = await openSession(io, options);
      const policies = [{ source, destination, protocol, ...port }];
      const plan = await changing.plan({ type: `${verb}-policies`, policies, expires }, reason);
      const { violations = [] } = plan;
      printer.print(plan, (page) => [reachDeltaTable(plan.reach, page), ...violationText(violations, page)].join('\n'));
      if (violations.some(({ mode }) => mode === 'refuse')) throw new Faulty();
    },
  );
}
