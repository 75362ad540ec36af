import { Argument, Command, Option } from 'commander';
import type { Policy } from '../api/effect';
import { appGuid } from '../arguments/app-guid';
import { parsePorts, type Ports } from '../arguments/ports';
import { parseReason } from '../arguments/reason';
import { DEFAULT_WAIT_SECONDS, waitSeconds } from '../arguments/seconds';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { requireInForce } from '../enforcement/require-in-force';
import type { Io } from '../io';
import { openSession, type Session } from '../session/session';
import { findChangeOf } from './find-change-of';
import { policyWords } from './policy-words';

interface ChangePolicyOptions extends SharedOptions {
  readonly protocol: string;
  readonly port: Ports;
  readonly reason?: string;
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
  $ heddle policy add web db --protocol udp --port 5000-5010 --reason 'metrics of web' --wait`,
  },
  remove: {
    description: 'take a permission back; its range of ports must be exactly the one it was given for',
    outcome: 'the policy is gone',
    examples: `
Examples:
  $ heddle policy remove visitor homeowner --protocol tcp --port 8080
  $ heddle policy remove web db --protocol udp --port 5000-5010 --wait 5`,
  },
} as const;

/** `heddle policy add` and `heddle policy remove`. */
export function changePolicyCommand(io: Io, verb: 'add' | 'remove'): Command {
  const { description, examples } = TEXTS[verb];
  const command = new Command(verb)
    .description(description)
    .addArgument(new Argument('<source>', 'GUID of the app that opens connections').argParser(appGuid('source')))
    .addArgument(new Argument('<destination>', 'GUID of the app that is reached').argParser(appGuid('destination')))
    .addOption(new Option('--protocol <protocol>', 'of the connections').choices(['tcp', 'udp']).makeOptionMandatory())
    .addOption(
      new Option('--port <n | n-m>', 'one port of the destination, or a range')
        .argParser(parsePorts)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--reason <text>', 'kept with the change').argParser(parseReason))
    .addOption(
      new Option('--wait [seconds]', 'wait until it is in force, for so long at most')
        .preset(String(DEFAULT_WAIT_SECONDS))
        .argParser(waitSeconds('--wait')),
    )
    .addHelpText('after', examples);
  return withSharedOptions(command).action(
    async (source: string, destination: string, options: ChangePolicyOptions) => {
      const policy: Policy = { source, destination, protocol: options.protocol, ...options.port };
      await changePolicy(await openSession(io, options), verb, policy, options);
    },
  );
}

async function changePolicy(
  { api, printer, signal }: Session,
  verb: 'add' | 'remove',
  policy: Policy,
  { reason, wait }: ChangePolicyOptions,
): Promise<void> {
  const accepted =
    verb === 'add' ? await api.addPolicies([policy], reason) : await api.removePolicies([policy], reason);
  const outcome = `${TEXTS[verb].outcome}: ${policyWords(policy)}`;
  if (wait === undefined) return printer.print(accepted, () => outcome);
  printer.tell(() => outcome);
  const change = await findChangeOf(api, verb, policy);
  if (change) return requireInForce({ api, printer, signal }, change.seq, wait);
  printer.print(accepted, () => 'there is nothing to wait for: no change was ever made to these apps');
}
