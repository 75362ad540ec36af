import { resolve } from 'node:path';
import { adminTokenPath } from '@heddle/platform/auth/admin-token-path';
import type { ConfigurationOf } from '@heddle/platform/config';
import { UserError } from '@heddle/platform/errors';
import { readTextFile } from '@heddle/platform/files';

/** What the control plane knows a caller by. */
export interface BearerToken {
  readonly text: string;
  /** Where it was found, for messages: `HEDDLE_TOKEN`, or the path of a file. */
  readonly from: string;
}

/**
 * Finds the token: in the file that was named, else in `HEDDLE_TOKEN`, else the administrator's in the data directory.
 * @throws {UserError} when there is none, or when it cannot be one.
 */
export async function findToken(
  { token, dataDir }: Pick<ConfigurationOf<'cli'>, 'token' | 'dataDir'>,
  file: string | undefined,
): Promise<BearerToken> {
  if (file !== undefined) return readToken(resolve(file), 'name another file with --token-file');
  if (token !== undefined) return tokenOf(token, 'HEDDLE_TOKEN');
  return readToken(
    resolve(adminTokenPath(dataDir)),
    'npm start makes one there; or set HEDDLE_DATA_DIR or HEDDLE_TOKEN, or use --token-file',
  );
}

async function readToken(path: string, advice: string): Promise<BearerToken> {
  const text = await readTextFile(path);
  if (text === undefined) throw new UserError('token-missing', `there is no token at ${path}: ${advice}`);
  return tokenOf(text.trim(), path);
}

/** A header carries printable ASCII only. */
function tokenOf(text: string, from: string): BearerToken {
  if (/^[\x21-\x7e]+$/.test(text)) return { text, from };
  throw new UserError('token-invalid', `${from} does not hold a token: it must be one line of ASCII without spaces`);
}
