import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorCodeOf, FatalError } from '../errors';

/**
 * Makes a directory for Heddle's own data, which only its owner may enter, if it is not there yet.
 * @returns its absolute path.
 * @throws {FatalError} when it cannot be made or written.
 */
export async function ensureDataDirectory(directory: string): Promise<string> {
  const path = resolve(directory);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new FatalError(
      `the data directory ${path} cannot be written (${errorCodeOf(error) ?? 'unknown reason'}): ` +
        'make it writable for this user, or name another one in HEDDLE_DATA_DIR',
      { cause: error },
    );
  }
  return path;
}
