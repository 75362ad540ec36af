import { type Command, Option } from 'commander';
import { parseControlPlaneUrl } from '../session/control-plane-url';
import { OUTPUT_FORMATS, type OutputFormat } from '../output/printer';

/** What every command can be told. */
export interface SharedOptions {
  readonly output: OutputFormat;
  readonly url?: string;
  readonly tokenFile?: string;
}

/** Gives a command the options that all have. */
export function withSharedOptions(command: Command): Command {
  return command
    .addOption(new Option('--output <format>', 'how to print the answer').choices(OUTPUT_FORMATS).default('table'))
    .addOption(new Option('--url <url>', 'the control plane, instead of HEDDLE_URL').argParser(parseControlPlaneUrl))
    .option('--token-file <path>', 'a file with the bearer token, instead of HEDDLE_TOKEN');
}
