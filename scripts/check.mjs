import { CHECKS } from './check/checks.mjs';
import { describeFinding } from './check/finding.mjs';
import { Failure, runScript } from './lib/failure.mjs';
import { REPOSITORY } from './lib/repository.mjs';
import { secondsSince } from './lib/step.mjs';
import { requireNodeVersion } from './setup/node-version.mjs';
import { ensureNpmPackages } from './setup/npm-packages.mjs';

/** `npm run check [-- names]`: the rules of this repository, all of them even when one fails. */
await runScript(async () => {
  requireNodeVersion();
  await ensureNpmPackages(REPOSITORY);
  const wanted = process.argv.slice(2);
  const checks = CHECKS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
  if (checks.length === 0)
    throw new Failure(
      `no check is called '${wanted.join(' ')}'; there are: ${CHECKS.map(({ name }) => name).join(', ')}`,
    );
  let failed = 0;
  for (const check of checks) if (!(await holds(check))) failed++;
  console.log(failed === 0 ? 'all checks hold' : `${failed} of ${checks.length} checks do not hold`);
  return failed === 0 ? 0 : 1;
});

/**
 * @param {import('./check/finding.mjs').Check} check
 * @returns {Promise<boolean>}
 */
async function holds(check) {
  const started = performance.now();
  const objections = await objectionsOf(check);
  console.log(`${objections.length === 0 ? 'ok  ' : 'FAIL'} ${check.name} (${secondsSince(started)})`);
  for (const objection of objections) console.log(`       ${objection}`);
  return objections.length === 0;
}

/**
 * @param {import('./check/finding.mjs').Check} check
 * @returns {Promise<string[]>}
 */
async function objectionsOf(check) {
  try {
    return (await check.findings(REPOSITORY)).map(describeFinding);
  } catch (error) {
    // A tool that broke is one failed check; the others still have something to say.
    if (error instanceof Failure) return [error.message];
    throw error;
  }
}
