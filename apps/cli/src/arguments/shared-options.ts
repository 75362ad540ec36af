import { type Command, Option } from 'commander';
import { parseControlPlaneUrl } from '../session/control-plane-url';
import { OUTPUT_FORMATS, type OutputFormat } from '../output/printer';

/** How the answer is printed. */
export interface OutputOption {
  readonly output: OutputFormat;
}

/** What every command that asks the control plane can be told. */
export interface SharedOptions extends OutputOption {
  readonly url?: string;
  readonly tokenFile?: string;
}

/** Gives a command the choice of how its answer is printed. */
export function withOutput(command: Command): Command {
  return command.addOption(
    new Option('--output <format>', 'how to print the answer').choices(OUTPUT_FORMATS).default('table'),
  );
}

/** Gives a command the options of all that ask the control plane. */
export function withSharedOptions(command: Command): Command {
  return withOutput(command)
    .addOption(new Option('--url <url>', 'the control plane, instead of HEDDLE_URL').argParser(parseControlPlaneUrl))
    .option('--token-file <path>', 'a file with the bearer token, instead of HEDDLE_TOKEN');
}
