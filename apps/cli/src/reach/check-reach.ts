import { Argument, Command, Option } from 'commander';
import type { Verdict } from '../api/reach-schemas';
import { appGuid } from '../arguments/app-guid';
import { atOption, MOMENTS } from '../arguments/at-option';
import { formatPorts } from '../arguments/ports';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { wholeNumber } from '../arguments/whole-number';
import type { Io } from '../io';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import { visible } from '../output/visible';
import { openSession } from '../session/session';
import { authorWords } from './author-words';

interface CheckOptions extends SharedOptions {
  readonly protocol?: string;
  readonly port?: number;
  readonly at?: string;
}

const EXAMPLES = `
${MOMENTS}

Examples:
  $ heddle reach check visitor homeowner --protocol tcp --port 8080
  $ heddle reach check visitor homeowner --at '2026-11-10 14:03'`;

/** `heddle reach check`. */
export function checkReachCommand(io: Io): Command {
  const command = new Command('check')
    .description('say whether one app could reach another, and which change is behind it')
    .addArgument(new Argument('<source>', 'GUID of the app that opens connections').argParser(appGuid('source')))
    .addArgument(new Argument('<destination>', 'GUID of the app that is reached').argParser(appGuid('destination')))
    .addOption(new Option('--protocol <name>', 'without it, either').choices(['tcp', 'udp']))
    .addOption(new Option('--port <n>', 'without it, any').argParser(wholeNumber('--port', 1, 65_535)))
    .addOption(atOption(io))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (from: string, to: string, options: CheckOptions) => {
    const { protocol, port, at } = options;
    const { past, printer } = await openSession(io, options);
    const verdict = await past.reachability({ from, to, protocol, port, at });
    printer.print(verdict, (page) => verdictText(verdict, page));
  });
}

/** Whether and why, a line for each policy, and as of when. */
export function verdictText({ asOf, source, destination, policies, last, allowed }: Verdict, page: Page): string {
  const head = visible(`${source} → ${destination}`);
  const answer = allowed ? page.paint('good', 'allowed') : page.paint('bad', 'denied');
  const because = policies.map(
    ({ protocol, added, ...ports }) => `  ${protocol} ${formatPorts(ports)} by ${authorWords(added, page)}`,
  );
  return [`${head}: ${answer}, ${asOfWords(asOf, page)}`, ...because, ...(allowed ? [] : [lastWords(last, page)])].join(
    '\n',
  );
}

function lastWords(last: Verdict['last'], page: Page): string {
  if (!last?.removed) return '  no policy, and there was none before';
  const { protocol, removed, ...ports } = last;
  return `  no policy; one existed (${protocol} ${formatPorts(ports)}), removed by ${authorWords(removed, page)}`;
}
