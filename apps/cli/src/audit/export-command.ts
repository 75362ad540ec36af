import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { errorCodeOf, FatalError, messageOf } from '@heddle/platform/errors';
import { changeOrMoment } from '../arguments/change-or-moment';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { Faulty } from '../endings';
import type { Io } from '../io';
import { Progress } from '../output/progress';
import { openSession } from '../session/session';
import { verdictText } from './audit-text';

interface ExportOptions extends SharedOptions {
  readonly from?: string;
  readonly to?: string;
  readonly out: string;
}

const EXAMPLES = `
--from and --to are the number of a change, a time with its zone, or a span such as '2d ago'. The
bundle reaches to the checkpoints around them, so that every event in it is vouched for. It is
checked while it arrives; the exit code is 4 when something in it is wrong.

Examples:
  $ heddle audit export -o everything.jsonl
  $ heddle audit export --from '7d ago' -o week.jsonl
  $ heddle audit export --from 8000 --to 8812 -o piece.jsonl`;

const READABLE_BY_ALL = 0o644;

/** `heddle audit export`. */
export function exportCommand(io: Io): Command {
  const command = new Command('export')
    .description('write a piece of the log to a file that can be checked without a server')
    .addOption(new Option('--from <change | time>', 'the first change').argParser(changeOrMoment('--from', io.now)))
    .addOption(new Option('--to <change | time>', 'the last change').argParser(changeOrMoment('--to', io.now)))
    .requiredOption('-o, --out <file>', 'where to; replaced when it exists')
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async ({ from, to, out, ...options }: ExportOptions) => {
    const { api, printer } = await openSession(io, options);
    const progress = new Progress(io, 'exported');
    const written = writeOut(resolve(out), api.bundle({ from, to }));
    const { verifyBundle } = await import('./check-bundle');
    const verdict = await verifyBundle(passing(written), undefined, ({ seq, to: end }) => progress.tell(seq, end));
    // What is wrong is kept as well: somebody will want to see it.
    for await (const portion of written) void portion;
    progress.end();
    printer.print(verdict, (page) => `${resolve(out)}\n${verdictText(verdict, page)}`);
    if (verdict.fault) throw new Faulty();
  });
}

/** What comes, for somebody who may stop reading, while the rest still comes for others. */
async function* passing<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
}

/** Writes what passes by to a file, which has its name when all of it is there. */
async function* writeOut(path: string, portions: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const part = `${path}.part`;
  const file = await open(part, 'w', READABLE_BY_ALL).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  let isWhole = false;
  try {
    for await (const portion of portions) {
      await file.write(portion).catch((error: unknown) => {
        throw unwritable(path, error);
      });
      yield portion;
    }
    await file.sync();
    isWhole = true;
  } finally {
    await file.close();
    await (isWhole ? rename(part, path) : rm(part, { force: true }));
  }
}

function unwritable(path: string, cause: unknown): FatalError {
  return new FatalError(
    `${path} cannot be written (${errorCodeOf(cause) ?? messageOf(cause)}): name another file with -o`,
    {
      cause,
    },
  );
}
