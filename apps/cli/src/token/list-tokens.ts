import { type IssuedToken, readSigningKey, TokenStore } from '@heddle/platform/auth';
import { readConfiguration } from '@heddle/platform/config';
import { Command } from 'commander';
import { type OutputOption, withOutput } from '../arguments/shared-options';
import type { Io } from '../io';
import type { Page } from '../output/page';
import { Printer } from '../output/printer';
import { type Cell, type Column, renderTable } from '../output/table';
import { formatTime } from '../output/time';

const COLUMNS: readonly Column[] = [
  { title: 'ID' },
  { title: 'USER', wraps: true },
  { title: 'SCOPES', wraps: true },
  { title: 'EXPIRES' },
  { title: 'STATE' },
];

/** `heddle token list`. */
export function listTokensCommand(io: Io): Command {
  const command = new Command('list').description(
    'list the tokens that were made, the oldest first; never the tokens themselves',
  );
  return withOutput(command).action(async ({ output }: OutputOption) => {
    const { dataDir } = readConfiguration('cli', io.env);
    await readSigningKey(dataDir);
    const tokens = await (await TokenStore.open(dataDir)).list(io.now());
    new Printer(io, output).print({ tokens }, (page) => tokenTable(tokens, page));
  });
}

/** A line for each token. */
export function tokenTable(tokens: readonly IssuedToken[], page: Page): string {
  if (tokens.length === 0) return 'no tokens';
  const rows = tokens.map(({ id, name, scopes, expiresAt, state }): Cell[] => [
    id,
    name,
    scopes,
    formatTime(expiresAt, page),
    state === 'good' ? state : { text: state, tone: 'bad' },
  ]);
  return renderTable(COLUMNS, rows, page);
}
