import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCodeOf } from '../errors';

/**
 * Replaces a file so that a reader, a crash of the program or of the machine meets either the old content or the new one,
 * never a part of it. When it returns, the new content is on the disk.
 * @param mode the file's permissions, kept whatever the umask: `0o600` for a secret.
 */
export async function writeFileAtomically(path: string, content: string, mode: number): Promise<void> {
  await withCompleteFile(path, content, mode, (complete) => rename(complete, path));
}

/**
 * Makes a file as {@link writeFileAtomically} does, unless there is one already. Of several processes that try at the same
 * moment exactly one succeeds.
 * @returns whether the file was made; false leaves the one that was there.
 */
export async function createFileAtomically(path: string, content: string, mode: number): Promise<boolean> {
  try {
    await withCompleteFile(path, content, mode, (complete) => link(complete, path));
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Puts a synced file beside `path`, lets `place` give it that name, and syncs the directory, which holds the name. */
async function withCompleteFile(
  path: string,
  content: string,
  mode: number,
  place: (complete: string) => Promise<void>,
): Promise<void> {
  const complete = `${path}.${randomUUID()}`;
  try {
    const file = await open(complete, 'wx', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(complete);
  } finally {
    await rm(complete, { force: true });
  }
  const directory = await open(dirname(path));
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
