import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * One hash of the names and contents of some files, and of everything under some directories.
 *
 * @param {string} root
 * @param {readonly string[]} paths relative to the root; one that does not exist counts as such
 * @param {(file: string) => boolean} [counts] whether a file matters, by its path relative to the root
 * @returns {string} 64 hex digits
 */
export function fingerprint(root, paths, counts = () => true) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((start) => filesUnder(root, start)).filter(counts)) {
    const content = readFileSync(path.join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * The files of a tree in a fixed order, without what npm puts there.
 *
 * @param {string} root
 * @param {string} start a file or directory relative to the root
 * @returns {string[]} relative to the root; none when it does not exist
 */
export function filesUnder(root, start) {
  const absolute = path.join(root, start);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [start];
  return readdirSync(absolute, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesUnder(root, path.join(start, entry.name)));
}
