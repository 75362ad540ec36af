import { Command, Option } from 'commander';
import { UserError } from '@heddle/platform/errors';
import type { Policy } from '../api/effect';
import type { Accepted } from '../api/schemas';
import { expiresOption } from '../arguments/expires';
import { parseReason } from '../arguments/reason';
import { DEFAULT_WAIT_SECONDS, waitSeconds } from '../arguments/seconds';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { requireInForce } from '../enforcement/require-in-force';
import { warningOf } from '../guardrail/guardrail-words';
import type { Io } from '../io';
import { openSession, type Session } from '../session/session';
import { findChangeOf } from './find-change-of';
import { type PolicyOptions, withPolicyArguments } from './policy-arguments';
import { policyWords } from './policy-words';

interface ChangePolicyOptions extends SharedOptions, PolicyOptions {
  readonly reason?: string;
  readonly expires?: string;
  /** In seconds; undefined without `--wait`. */
  readonly wait?: number;
}

const TEXTS = {
  add: {
    description: 'permit an app to open connections to another',
    outcome: 'the policy stands',
    examples: `
Examples:
  $ heddle policy add visitor homeowner --protocol tcp --port 8080
  $ heddle policy add web db --protocol udp --port 5000-5010 --reason 'metrics of web' --wait
  $ heddle policy add ops db --protocol tcp --port 5432 --expires 2h --reason 'break glass: NET-42'`,
  },
  remove: {
    description: 'take a permission back; its range of ports must be exactly the one it was given for',
    outcome: 'the policy is gone',
    examples: `
Examples:
  $ heddle policy remove visitor homeowner --protocol tcp --port 8080
  $ heddle policy remove web db --protocol udp --port 5000-5010 --wait 5`,
  },
  limit: {
    description: 'let a policy that stands close by itself, or earlier than it would',
    outcome: 'the policy closes by itself',
    examples: `
To let it stand longer or for good, add it again: an addition never takes time away.

Examples:
  $ heddle policy limit web db --protocol tcp --port 5432 --expires 30m`,
  },
} as const;
type Verb = keyof typeof TEXTS;

/** `heddle policy add`, `heddle policy remove` and `heddle policy limit`. */
export function changePolicyCommand(io: Io, verb: Verb): Command {
  const { description, examples } = TEXTS[verb];
  const command = withPolicyArguments(new Command(verb).description(description))
    .addOption(new Option('--reason <text>', 'kept with the change').argParser(parseReason))
    .addOption(
      new Option('--wait [seconds]', 'wait until it is in force, for so long at most')
        .preset(String(DEFAULT_WAIT_SECONDS))
        .argParser(waitSeconds('--wait')),
    )
    .addHelpText('after', examples);
  if (verb === 'add') command.addOption(expiresOption(io));
  if (verb === 'limit') command.addOption(expiresOption(io).makeOptionMandatory());
  return withSharedOptions(command).action(
    async (source: string, destination: string, options: ChangePolicyOptions) => {
      const policy: Policy = { source, destination, protocol: options.protocol, ...options.port };
      await changePolicy(await openSession(io, options), verb, policy, options);
    },
  );
}

async function changePolicy(session: Session, verb: Verb, policy: Policy, options: ChangePolicyOptions): Promise<void> {
  const { api, printer } = session;
  const { reason, expires, wait } = options;
  if (verb === 'limit' || expires !== undefined) return changeForAWhile(session, verb, policy, options);
  const accepted = verb === 'add' ? await add(session, policy, reason) : await api.removePolicies([policy], reason);
  const outcome = `${TEXTS[verb].outcome}: ${policyWords(policy)}`;
  if (wait === undefined) return printer.print(accepted, () => outcome);
  printer.tell(() => outcome);
  const change = await findChangeOf(api, verb, policy);
  if (change) return requireInForce(session, change.seq, wait);
  printer.print(accepted, () => 'there is nothing to wait for: no change was ever made to these apps');
}

async function add({ api, printer }: Session, policy: Policy, reason: string | undefined): Promise<Accepted> {
  const { answer, guardrails } = await api.addPolicies([policy], reason);
  if (guardrails.length > 0) printer.note(warningOf(guardrails));
  return answer;
}

/** Cloud Foundry's routes know no end, so this goes by Heddle's own, which also says which change it became. */
async function changeForAWhile(
  session: Session,
  verb: Verb,
  policy: Policy,
  { reason, expires, wait }: ChangePolicyOptions,
): Promise<void> {
  if (verb === 'add' && reason === undefined)
    throw new UserError('argument-invalid', '--expires needs a --reason: say why this is to be open for a while');
  const { changing, printer } = session;
  const answer = await changing.change({ type: `${verb}-policies`, policies: [policy], expires }, reason);
  const warnings = answer.data?.violations ?? [];
  if (warnings.length > 0) printer.note(warningOf(warnings.map(({ guardrail }) => guardrail)));
  const outcome = outcomeOf(verb, policy, answer.change === null);
  if (wait === undefined || answer.change === null) return printer.print(answer, () => outcome);
  printer.tell(() => outcome);
  await requireInForce(session, answer.change, wait);
}

/** What became of it. A limit changes nothing for two reasons, and the answer does not say which: neither is to be taken for a limit. */
function outcomeOf(verb: Verb, policy: Policy, isUnchanged: boolean): string {
  if (verb === 'limit' && isUnchanged)
    return `nothing was changed: there is no policy ${policyWords(policy)}, or it closes no later than that already`;
  return `${TEXTS[verb].outcome}: ${policyWords(policy)}${isUnchanged ? ' (it did before)' : ''}`;
}
