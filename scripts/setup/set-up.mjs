import { secondsSince } from '../lib/step.mjs';
import { ensureBuild } from './build.mjs';
import { requireNodeVersion } from './node-version.mjs';
import { ensureNpmPackages } from './npm-packages.mjs';
import { ensureSystemPrograms } from './system-programs.mjs';

/**
 * Does all set-up that is missing, and nothing that is there. Speaks on stderr only, so that stdout stays the program's own.
 *
 * @param {string} root the repository
 * @param {'start' | 'test'} purpose tests want more programs than a start
 * @returns {Promise<{ missing: import('./programs.mjs').Program[] }>} what it could not get and can go on without
 * @throws {import('../lib/failure.mjs').Failure} when it cannot go on
 */
export async function setUp(root, purpose) {
  const started = performance.now();
  requireNodeVersion();
  const missing = await ensureSystemPrograms(purpose);
  await ensureNpmPackages(root);
  await ensureBuild(root);
  console.error(`set-up is complete (${secondsSince(started)})`);
  return { missing };
}
