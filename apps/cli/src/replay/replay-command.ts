import { Command, Option } from 'commander';
import type { ReplayQuestion } from '../api/replay-api';
import { MOMENTS } from '../arguments/at-option';
import { pastMoment } from '../arguments/past-moment';
import { refusedArgument } from '../arguments/refused-argument';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import type { Io } from '../io';
import { openSession } from '../session/session';
import { ReplayText } from './replay-text';

type ReplayOptions = SharedOptions & ReplayQuestion;

const EXAMPLES = `
${MOMENTS}
A change stands for the time until the next one, so that --from 8812 --to 8812 shows how the cells
put that change in force. Pauses are 5 s at most, however long it took. JSON is one line for each
entry, and YAML one document.

Examples:
  $ heddle replay --from '1h ago'
  $ heddle replay --from '2026-11-10 14:00' --to '2026-11-10 14:05' --speed 60
  $ heddle replay --from 8800 --to 8812 --cell cell-2`;

/** `heddle replay`. */
export function replayCommand(io: Io): Command {
  const command = new Command('replay')
    .description('show again what happened, and what the cells said of it')
    .addOption(
      new Option('--from <moment>', 'where to begin')
        .argParser(pastMoment('--from', io.timeZone))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--to <moment>', 'where to end (now)').argParser(pastMoment('--to', io.timeZone)))
    .addOption(
      new Option('--speed <factor>', 'so many times as fast as it happened; without it, without pauses').argParser(
        factor('--speed'),
      ),
    )
    .option('--cell <name>', 'of what cells said, only what this one did')
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async ({ output, url, tokenFile, ...question }: ReplayOptions) => {
    const { replay, printer } = await openSession(io, { output, url, tokenFile });
    const text = new ReplayText();
    for await (const entry of replay.entries(question)) {
      if (entry.kind !== 'hello') printer.printNext(entry, (page) => text.of(entry, page));
      else if (entry.reportsSince !== null && entry.since < entry.reportsSince)
        printer.note(
          `what cells said before ${entry.reportsSince} is not kept in its order: where a change was in force is told with it`,
        );
    }
  });
}

/** A parser of a factor above 0. */
function factor(name: string): (text: string) => number {
  return (text) => {
    const number = /^\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
    if (number > 0 && number <= 1_000_000) return number;
    throw refusedArgument(name, text, 'a number above 0, 1000000 at most, such as 60 or 0.5');
  };
}
