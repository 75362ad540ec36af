import { Argument, Command } from 'commander';
import type { ChangeWithEnforcement } from '../api/schemas';
import { type SharedOptions, withSharedOptions } from '../arguments/shared-options';
import { sequence } from '../arguments/whole-number';
import { enforcementText } from '../enforcement/enforcement-text';
import type { Io } from '../io';
import type { Page } from '../output/page';
import { type Cell, renderTable } from '../output/table';
import { formatTime } from '../output/time';
import { openSession } from '../session/session';
import { effectLines } from './effect-lines';

const EXAMPLES = `
Examples:
  $ heddle changes show 12
  $ heddle changes show 12 --output yaml`;

/** `heddle changes show`. */
export function showChangeCommand(io: Io): Command {
  const command = new Command('show')
    .description('show one change, and since when each cell enforces it')
    .addArgument(new Argument('<seq>', 'number of the change').argParser(sequence('seq')))
    .addHelpText('after', EXAMPLES);
  return withSharedOptions(command).action(async (seq: number, options: SharedOptions) => {
    const { api, printer } = await openSession(io, options);
    const change = await api.change(seq);
    printer.print(change, (page) => changeText(change, page));
  });
}

/** Everything about one change. */
export function changeText(change: ChangeWithEnforcement, page: Page): string {
  const { seq, type, time, actor, reason, address, correlationId, hash, previousHash } = change;
  const facts: Cell[][] = [
    ['type', type],
    ['time', formatTime(time, page, { withMs: true })],
    ['by', actorWords(actor)],
    ...(reason === undefined ? [] : [['reason', reason]]),
    ...(address === undefined ? [] : [['from', address]]),
    ['request', correlationId],
    ['hash', hash],
    ['follows', previousHash],
    ['effect', effectLines(change)],
  ];
  const columns = [{ title: 'change' }, { title: String(seq), wraps: true }];
  return `${renderTable(columns, facts, page)}\n\n${enforcementText(change, page)}`;
}

function actorWords({ name, userId, clientId }: ChangeWithEnforcement['actor']): string {
  const ids = [userId !== undefined && `user ${userId}`, clientId !== undefined && `client ${clientId}`];
  const known = ids.filter((id) => id !== false);
  return known.length > 0 ? `${name} (${known.join(', ')})` : name;
}
