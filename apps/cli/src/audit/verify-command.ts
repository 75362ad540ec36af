import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { PublicKeys } from '@heddle/platform/auth';
import { errorCodeOf, UserError } from '@heddle/platform/errors';
import { readTextFile } from '@heddle/platform/files';
import { type OutputOption, withOutput } from '../arguments/shared-options';
import { Faulty } from '../endings';
import type { Io } from '../io';
import { Printer } from '../output/printer';
import { Progress } from '../output/progress';
import { verdictText } from './audit-text';

const EXAMPLES = `
Nothing but the file is read, and no server is asked. With --public-key (PEM, of one key or several;
heddle audit key prints them) only what these keys signed counts; without it the keys in the bundle
do, which whoever made the bundle chose. The exit code is 4 when something is wrong.

Examples:
  $ heddle audit verify week.jsonl --public-key heddle-audit.pem
  $ heddle audit verify week.jsonl --output json`;

/** `heddle audit verify`. */
export function verifyCommand(io: Io): Command {
  const command = new Command('verify')
    .description('check a bundle, and name the first event that was altered, dropped, moved or inserted')
    .argument('<bundle>', 'a file that heddle audit export wrote')
    .option('--public-key <file>', 'the keys to trust')
    .addHelpText('after', EXAMPLES);
  return withOutput(command).action(
    async (path: string, { publicKey, output }: OutputOption & { publicKey?: string }) => {
      const keys = publicKey === undefined ? undefined : await readKeys(resolve(publicKey));
      const progress = new Progress(io, 'checked');
      const portions = readPortions(resolve(path), io.signal);
      const { verifyBundle } = await import('./check-bundle');
      const verdict = await verifyBundle(portions, keys, ({ seq, to }) => progress.tell(seq, to));
      progress.end();
      new Printer(io, output).print(verdict, (page) => verdictText(verdict, page));
      if (verdict.fault) throw new Faulty();
    },
  );
}

async function readKeys(path: string): Promise<PublicKeys> {
  const text = await readTextFile(path);
  if (text === undefined)
    throw new UserError('key-missing', `there is no key at ${path}: name another file with --public-key`);
  return PublicKeys.parse(text, path);
}

async function* readPortions(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const portion of createReadStream(path, { signal, highWaterMark: 1024 * 1024 })) yield portion as Buffer;
  } catch (error) {
    signal.throwIfAborted();
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    throw new UserError(
      'bundle-unreadable',
      `${path} cannot be read (${code}): name a file that heddle audit export wrote`,
      {
        cause: error,
      },
    );
  }
}
