import { Argument, type Command, Option } from 'commander';
import { appGuid } from '../arguments/app-guid';
import { parsePorts, type Ports } from '../arguments/ports';

/** The options that say which policy is meant, beside its apps. */
export interface PolicyOptions {
  readonly protocol: string;
  readonly port: Ports;
}

/** Gives a command the arguments that name one policy. */
export function withPolicyArguments(command: Command): Command {
  return command
    .addArgument(new Argument('<source>', 'GUID of the app that opens connections').argParser(appGuid('source')))
    .addArgument(new Argument('<destination>', 'GUID of the app that is reached').argParser(appGuid('destination')))
    .addOption(new Option('--protocol <protocol>', 'of the connections').choices(['tcp', 'udp']).makeOptionMandatory())
    .addOption(
      new Option('--port <n | n-m>', 'one port of the destination, or a range')
        .argParser(parsePorts)
        .makeOptionMandatory(),
    );
}
