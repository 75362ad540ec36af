import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createFileAtomically, readJsonFile } from '@heddle/platform';
import { z } from 'zod';

const kept = z.object({ incarnation: z.uuid() });

/**
 * Which incarnation of its cell this machine is: a UUID made once and kept in the state directory. A machine that was made anew
 * has none there, and so never passes for the one before it.
 */
export async function ensureIncarnation(stateDirectory: string): Promise<string> {
  const path = join(stateDirectory, 'incarnation.json');
  for (;;) {
    const known = await readJsonFile(path, kept);
    if (known) return known.incarnation;
    await createFileAtomically(path, `${JSON.stringify({ incarnation: randomUUID() })}\n`, 0o600);
  }
}
