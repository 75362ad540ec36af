import { type Command, Option } from 'commander';
import { UserError } from '@heddle/platform/errors';
import type { ReplayQuestion } from '../api/replay-api';
import { atOption, MOMENTS } from '../arguments/at-option';
import { pastMoment } from '../arguments/past-moment';
import { refusedArgument } from '../arguments/refused-argument';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { ReplayText } from './replay-text';
import { rulesText } from './rules-text';
import { wholeReplay } from './whole-replay';

interface ReplayOptions extends SharedOptions, Partial<ReplayQuestion> {
  readonly at?: string;
  readonly render?: true;
}

const EXAMPLES = `
${MOMENTS}
A change stands for the time until the next one, so that --from 8812 --to 8812 shows how the cells
put that change in force. Pauses are 5 s at most, however long it took. JSON is one line for each
entry, and YAML one document. A replay whose connection is lost goes on where it was cut off as soon
as the control plane is back; after 2 minutes without it, it is given up.

With --render nothing is shown again: what is printed are the rules that the cell should have had at
a moment, worked out from policies, tags, leases, security groups, and the containers that the cell
had told of by then. They are as nft -f takes them; those of a cell with iptables as
iptables-restore --noflush does, chains and rules line by line as iptables-save prints them.

Examples:
  $ heddle replay --from '1h ago'
  $ heddle replay --from '2026-11-10 14:00' --to '2026-11-10 14:05' --speed 60
  $ heddle replay --from 8800 --to 8812 --cell cell-2
  $ heddle replay --cell cell-2 --at '2026-11-10 14:03' --render`;

/** `heddle replay`. */
export function replayCommand(command: Command, io: Io): Command {
  command
    .addOption(new Option('--from <moment>', 'where to begin').argParser(pastMoment('--from', io.timeZone)))
    .addOption(new Option('--to <moment>', 'where to end (now)').argParser(pastMoment('--to', io.timeZone)))
    .addOption(
      new Option('--speed <factor>', 'so many times as fast as it happened; without it, without pauses').argParser(
        factor('--speed'),
      ),
    )
    .option('--cell <name>', 'of what cells said, only what this one did')
    .addOption(new Option('--render', 'print the rules of the cell').conflicts(['from', 'to', 'speed']))
    .addOption(atOption(io, 'with --render: as of this moment (now)'))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(
    async ({ output, url, tokenFile, render, at, from, ...rest }: ReplayOptions) => {
      const shared = { output, url, tokenFile };
      if (render) return renderRules(io, shared, rest.cell, at);
      if (from === undefined) throw missing('--from, the moment to begin at');
      if (at !== undefined) throw missing('--render beside --at');
      await replayWindow(io, shared, { from, ...rest });
    },
  );
}

async function renderRules(io: Io, options: SharedOptions, cell: string | undefined, at?: string): Promise<void> {
  if (cell === undefined) throw missing('--cell, whose rules are rendered');
  const { past, printer } = await openSession(io, options);
  const rules = await past.cellRules(cell, at);
  printer.print(rules, (page) => rulesText(rules, page));
}

async function replayWindow(io: Io, options: SharedOptions, question: ReplayQuestion): Promise<void> {
  const { replay, printer, signal } = await openSession(io, options);
  const text = new ReplayText();
  const note = (sentence: string): void => printer.note(sentence);
  for await (const entry of wholeReplay({ replay, question, note, signal })) {
    if (entry.kind !== 'hello') printer.printNext(entry, (page) => text.of(entry, page));
    else if (entry.reportsSince !== null && entry.since < entry.reportsSince)
      printer.note(
        `what cells said before ${entry.reportsSince} is not kept in its order: where a change was in force is told with it`,
      );
  }
}

function missing(what: string): UserError {
  return new UserError('argument-missing', `missing: ${what}`);
}

/** A parser of a factor above 0. */
function factor(name: string): (text: string) => number {
  return (text) => {
    const number = /^\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
    if (number > 0 && number <= 1_000_000) return number;
    throw refusedArgument(name, text, 'a number above 0, 1000000 at most, such as 60 or 0.5');
  };
}
