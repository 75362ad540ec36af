import { Command } from 'commander';
import { FatalError } from '@heddle/platform/errors';
import type { Comparison } from '../api/audit-schemas';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { Faulty } from '../endings';
import type { Io } from '../io';
import { Progress } from '../output/progress';
import { visible } from '../output/visible';
import { openSession } from '../session/session';

const DESCRIPTIONS = {
  compare: 'compare the SQL tables with the log, while changes go on; the exit code is 4 when they differ',
  rebuild: 'make the SQL tables anew from the log, while changes go on, and put them in the place of the others',
} as const;

/** `heddle audit compare` and `heddle audit rebuild`. */
export function rebuildCommand(io: Io, what: 'compare' | 'rebuild'): Command {
  const command = new Command(what).description(DESCRIPTIONS[what]);
  return withSharedOptions(command).action(async (options: SharedOptions) => {
    const { api, printer } = await openSession(io, options);
    const progress = new Progress(io, 'folded');
    let comparison: Comparison | undefined;
    for await (const step of api.rebuild(what)) {
      if ('detail' in step) throw new FatalError(`the tables stay as they are: ${visible(step.detail)}`);
      if ('comparison' in step) comparison = step.comparison;
      else progress.tell(step.position, step.end);
    }
    progress.end();
    if (!comparison) throw new FatalError('the control plane broke off, and the tables stay as they are: see its log');
    const found = comparison;
    printer.print(found, () => comparisonText(found, what));
    if (what === 'compare' && !found.isEqual) throw new Faulty();
  });
}

/** What differs, a line for each kind and table. */
export function comparisonText({ position, isEqual, tables }: Comparison, what: 'compare' | 'rebuild'): string {
  const done = what === 'rebuild' ? 'the tables were made anew' : 'the tables were compared';
  if (isEqual) return `${done}: up to change ${position} they are what the log makes of them`;
  const kinds = [
    ['missing', 'missing'],
    ['extra', 'too much'],
    ['different', 'different'],
  ] as const;
  const lines = tables.flatMap((table) =>
    kinds.flatMap(([kind, words]) => {
      const { count, keys } = table[kind];
      return count === 0
        ? []
        : [`  ${table.table}: ${count} ${words}: ${visible(keys.join(', '))}${count > keys.length ? ', …' : ''}`];
    }),
  );
  const heading =
    what === 'rebuild' ? `${done}, and the old ones differed` : `${done}, and differ: heddle audit rebuild mends it`;
  return [`${heading} (up to change ${position})`, ...lines].join('\n');
}
