import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The lock file names versions and hashes, and leaves the registry to whoever installs: one behind a mirror can, too.
 *
 * @type {import('./finding.mjs').Check}
 */
export const lockFile = {
  name: 'lock file',
  findings(root) {
    const file = 'package-lock.json';
    const at = readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .findIndex((line) => line.includes('"resolved"'));
    if (at === -1) return [];
    return [
      { rule: 'no-registry', file, line: at + 1, message: 'names a registry; .npmrc has the setting that omits it' },
    ];
  },
};
