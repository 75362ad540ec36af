import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Does some work unless a stamp says that it was done for this very fingerprint. The stamp goes before the work begins and
 * comes back after it has succeeded, so work that was interrupted is done again.
 *
 * @param {string} file
 * @param {string} fingerprint of everything the work depends on
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
export async function unlessStamped(file, fingerprint, work) {
  if (readStamp(file) === fingerprint) return;
  rmSync(file, { force: true });
  await work();
  writeStamp(file, fingerprint);
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
 * @param {string} fingerprint
 */
function writeStamp(file, fingerprint) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${fingerprint}\n`);
}
