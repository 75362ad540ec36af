import { readSigningKey, TokenStore, Unauthenticated, verifyToken } from '@heddle/platform/auth';
import { readConfiguration } from '@heddle/platform/config';
import { UserError } from '@heddle/platform/errors';
import { Command } from 'commander';
import { type OutputOption, withOutput } from '../arguments/shared-options';
import type { Io } from '../io';
import { Printer } from '../output/printer';

/** `heddle token revoke`. */
export function revokeTokenCommand(io: Io): Command {
  const command = new Command('revoke')
    .description('take a token out of use: the control plane refuses it within a second, for good')
    .argument('<token | id>', 'the token itself, or its id as heddle token list shows it');
  return withOutput(command).action(async (token: string, { output }: OutputOption) => {
    const { dataDir } = readConfiguration('cli', io.env);
    const id = token.includes('.') ? await revokeToken(dataDir, token, io.now()) : await revokeId(dataDir, token);
    new Printer(io, output).print({ id, revoked: true }, () => `${id} is revoked`);
  });
}

/** Only a token that would be accepted can be revoked by itself: anybody can write something that looks like one. */
async function revokeToken(dataDir: string, text: string, now: Date): Promise<string> {
  const key = await readSigningKey(dataDir);
  try {
    const token = await verifyToken(key, text, now);
    await (await TokenStore.open(dataDir)).revoke(token);
    return token.id;
  } catch (error) {
    if (!(error instanceof Unauthenticated)) throw error;
    throw new UserError('token-not-good', `this token is refused already: ${error.message}`, { cause: error });
  }
}

async function revokeId(dataDir: string, id: string): Promise<string> {
  await readSigningKey(dataDir);
  if (await (await TokenStore.open(dataDir)).revokeById(id)) return id;
  throw new UserError('no-such-token', `there is no token with the id '${id}': see heddle token list`);
}
