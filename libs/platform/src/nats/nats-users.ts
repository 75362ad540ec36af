import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { createFileAtomically, readJsonFile } from '../files';

const userSchema = z.object({ user: z.string().min(1), pass: z.string().min(1) });
const usersSchema = z.object({ control: userSchema, cell: userSchema });

/** Name and password of one user of the server. */
export type NatsUser = z.infer<typeof userSchema>;
/** The users of the embedded server: `control` may do everything, `cell` what a cell needs. */
export type NatsUsers = z.infer<typeof usersSchema>;

const OWNER_ONLY = 0o600;
const PASSWORD_BYTES = 32;

/** The users kept in `<directory>/credentials.json`, with random passwords made at the first call. */
export async function ensureNatsUsers(directory: string): Promise<NatsUsers> {
  const path = join(directory, 'credentials.json');
  const existing = await readJsonFile(path, usersSchema);
  if (existing) return existing;
  const users = { control: newUser('control'), cell: newUser('cell') };
  const made = await createFileAtomically(path, `${JSON.stringify(users, null, 2)}\n`, OWNER_ONLY);
  return made ? users : ensureNatsUsers(directory);
}

function newUser(user: string): NatsUser {
  return { user, pass: randomBytes(PASSWORD_BYTES).toString('base64url') };
}
