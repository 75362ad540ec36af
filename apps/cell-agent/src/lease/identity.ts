import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createFileAtomically, readJsonFile } from '@heddle/platform';
import { z } from 'zod';

const contents = z.object({ incarnation: z.uuid() });

/**
 * Which life of the cell this is: made once and kept with the agent's state, so that it goes with the machine. One that
 * was made anew under the same name, or with an address that another had before, is another incarnation.
 * @throws {FatalError} when the file is there but cannot be read: a cell that forgot who it is must not become somebody else.
 */
export async function incarnationOf(stateDir: string): Promise<string> {
  const path = join(stateDir, 'incarnation.json');
  await createFileAtomically(path, `${JSON.stringify({ incarnation: randomUUID() })}\n`, 0o600);
  const kept = await readJsonFile(path, contents);
  if (!kept) throw new Error(`${path} is gone right after it was made`);
  return kept.incarnation;
}
