import { UserError } from '@heddle/platform/errors';
import { Argument, type Command, Option } from 'commander';
import type { RevertChoice } from '../api/change-api';
import { MOMENTS } from '../arguments/at-option';
import { pastMoment } from '../arguments/past-moment';
import { parseReason } from '../arguments/reason';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { sequence } from '../arguments/whole-number';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { revertText } from './revert-text';

interface RevertCommandOptions extends SharedOptions {
  readonly actor?: string;
  readonly request?: string;
  readonly since?: string;
  readonly yes?: boolean;
  readonly skipConflicts?: boolean;
  readonly reason?: string;
}

const EXAMPLES = `
Without --yes it is only told what would become of it. A policy that another change touched later
is a conflict.
${MOMENTS}

Examples:
  $ heddle revert 8812
  $ heddle revert 8812 --yes --reason 'NET-42 was a mistake'
  $ heddle revert --actor bob --since '2h ago' --skip-conflicts --yes`;

/** `heddle revert`. */
export function revertCommand(command: Command, io: Io): Command {
  command
    .addArgument(new Argument('[seq]', 'number of the change').argParser(sequence('seq')))
    .addOption(new Option('--actor <name>', 'instead: every change of the one with this name').conflicts('request'))
    .option('--request <id>', 'instead: every change for the request with this id')
    .addOption(new Option('--since <moment>', 'those at it or later').argParser(pastMoment('--since', io.timeZone)))
    .option('--yes', 'do it')
    .option('--skip-conflicts', 'leave policies alone that another change touched later, instead of doing nothing')
    .addOption(new Option('--reason <text>', 'kept with the change').argParser(parseReason))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (seq: number | undefined, options: RevertCommandOptions) => {
    const choice = choiceOf(seq, options);
    const { changing, printer } = await openSession(io, options);
    const how = { dryRun: options.yes !== true, skipsConflicts: options.skipConflicts === true };
    const reverted = await changing.revert(choice, how, options.reason);
    printer.print(reverted, (page) => revertText(reverted, page));
  });
}

function choiceOf(seq: number | undefined, { actor, request, since }: RevertCommandOptions): RevertChoice {
  const isMany = actor !== undefined || request !== undefined;
  if (seq !== undefined && !isMany && since === undefined) return { seq };
  if (seq === undefined && isMany && since !== undefined) {
    return { since, ...(actor !== undefined && { actor }), ...(request !== undefined && { correlationId: request }) };
  }
  throw new UserError(
    'argument-invalid',
    'name what to undo: the number of a change, or --actor or --request together with --since',
  );
}
