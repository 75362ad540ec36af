import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';

/**
 * Does some work unless a stamp says that it was done for this very fingerprint. The stamp goes before the work begins and
 * comes back after it has succeeded, so work that was interrupted is done again.
 *
 * @param {string} file
 * @param {string} fingerprint of everything the work depends on
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 * @throws {Failure} when the stamp cannot be written
 */
export async function unlessStamped(file, fingerprint, work) {
  if (readStamp(file) === fingerprint) return;
  writing(file, () => rmSync(file, { force: true }));
  await work();
  writing(file, () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${fingerprint}\n`);
  });
}

/**
 * @param {string} file
 * @returns {string | undefined}
 */
function readStamp(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @param {() => void} write
 */
function writing(file, write) {
  try {
    write();
  } catch (cause) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
    throw new Failure(
      `${path.dirname(file)} cannot be written to (${code}); run as its owner, or in a copy of your own`,
      {
        cause,
      },
    );
  }
}
