import { userInfo } from 'node:os';
import { readSigningKey, TokenStore } from '@heddle/platform/auth';
import { readConfiguration } from '@heddle/platform/config';
import { Command, Option } from 'commander';
import { duration } from '../arguments/duration';
import { refusedArgument } from '../arguments/refused-argument';
import type { Io } from '../io';

interface CreateTokenOptions {
  readonly scope: readonly string[];
  readonly user?: string;
  readonly expires: number;
}

/** Scopes stand in error texts with spaces between them. */
const SCOPE = /^[\w.:-]{1,100}$/;
/** A name stands in every change that is made with the token. */
const LONGEST_NAME = 100;

/** `heddle token create`. It prints the token and nothing else, so that it can be taken up by a script. */
export function createTokenCommand(io: Io): Command {
  return new Command('create')
    .description('make a token and print it; it is shown this once and kept nowhere')
    .addOption(
      new Option('--scope <scope...>', 'what it allows: network.admin, network.write, …')
        .argParser(scopes)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--expires <duration>', 'how long it is good: 90m, 12h, 30d')
        .argParser(duration('--expires'))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--user <name>', 'whose name changes bear that are made with it; yours without it').argParser(
        userName,
      ),
    )
    .action(async ({ scope, user, expires }: CreateTokenOptions) => {
      const { dataDir } = readConfiguration('cli', io.env);
      const key = await readSigningKey(dataDir);
      const tokens = await TokenStore.open(dataDir);
      const issuedAt = io.now();
      const expiresAt = new Date(issuedAt.getTime() + expires);
      const identity = { name: user ?? userInfo().username, scopes: [...new Set(scope)] };
      io.stdout.write(`${await tokens.issue(key, { identity, issuedAt, expiresAt })}\n`);
    });
}

function scopes(text: string, before: readonly string[] = []): readonly string[] {
  if (SCOPE.test(text)) return [...before, text];
  throw refusedArgument('--scope', text, 'a scope such as network.write');
}

function userName(text: string): string {
  if (text.trim() !== '' && text.length <= LONGEST_NAME) return text;
  throw refusedArgument('--user', text, `a name of 1 to ${LONGEST_NAME} characters`);
}
