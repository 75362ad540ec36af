import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fingerprint } from '../lib/fingerprint.mjs';
import { unlessStamped } from '../lib/stamp.mjs';
import { step } from '../lib/step.mjs';
import { buildFingerprint, runBuild } from '../setup/build.mjs';

/**
 * A bench is a file right under test/bench, named after what it measures; what benches share lies in directories beside them.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function benchNames(root) {
  const directory = path.join(root, 'test', 'bench');
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => path.basename(file, '.ts'))
    .sort();
}

/**
 * Compiles the benches into dist/, unless that was done for exactly these sources. They are kept out of the build itself, which
 * holds nothing that only tests need.
 *
 * @param {string} root
 * @returns {Promise<void>}
 * @throws {import('../lib/failure.mjs').Failure}
 */
export function ensureBenchesBuilt(root) {
  const sources = [buildFingerprint(root), fingerprint(root, ['test/bench', 'test/support', 'libs/testing'])].join(' ');
  return unlessStamped(path.join(root, 'dist', '.benches-built'), sources, () =>
    step('building the benches', () =>
      runBuild(root, ['exec', '--', 'nest', 'build', '--path', 'tsconfig.bench.json']),
    ),
  );
}
