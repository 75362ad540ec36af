import { Failure } from '../lib/failure.mjs';
import { canInstallDebianPackages, installDebianPackages } from './debian-packages.mjs';
import { missingPhrase, missingPrograms, packagesOf, wantedPrograms } from './programs.mjs';
import { removeForgottenPolicy } from './service-policy.mjs';

/**
 * Sees to it that the programs of the system are there: installs them where that is possible, and otherwise says in one line
 * which are missing and how to get them.
 *
 * @param {'start' | 'test'} purpose
 * @returns {Promise<import('./programs.mjs').Program[]>} those that are still missing
 * @throws {Failure} when it cannot go on without one of them
 */
export async function ensureSystemPrograms(purpose) {
  const wanted = wantedPrograms(purpose);
  const missing = missingPrograms(wanted);
  const canInstall = canInstallDebianPackages();
  if (canInstall) removeForgottenPolicy();
  if (missing.length === 0) return [];

  const installed = canInstall ? await reasonNotInstalled(packagesOf(missing)) : undefined;
  const still = missingPrograms(wanted);
  if (still.length === 0) return [];
  const phrase = installed ? `${installed}: ${missingPhrase(still)}` : missingPhrase(still);
  const consequence = consequenceOf(still, purpose, canInstall);
  if (consequence.isFatal) throw new Failure(`${phrase}${consequence.advice}`);
  console.error(`${phrase}${consequence.advice}`);
  return still;
}

/**
 * What follows from missing programs. Where the lab was asked for, or could run but its programs could not be installed, the
 * start fails rather than leave it out; where nothing can be installed, it goes on without the lab.
 *
 * @param {readonly import('./programs.mjs').Program[]} missing
 * @param {'start' | 'test'} purpose
 * @param {boolean} canInstall
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {{ isFatal: boolean, advice: string }}
 */
export function consequenceOf(missing, purpose, canInstall, env = process.env) {
  if (missing.some(({ usedBy }) => usedBy === 'log'))
    return {
      isFatal: true,
      advice: purpose === 'start' ? ', or set NATS_URL to a server that runs already' : '',
    };
  if (purpose === 'test') return { isFatal: false, advice: '; tests that need them are skipped' };
  return canInstall || env.HEDDLE_LAB === 'on'
    ? { isFatal: true, advice: ', or start without the lab: HEDDLE_LAB=off npm start' }
    : { isFatal: false, advice: '; starting without the lab' };
}

/**
 * @param {readonly string[]} packages
 * @returns {Promise<string | undefined>} why they could not be installed
 */
async function reasonNotInstalled(packages) {
  try {
    await installDebianPackages(packages);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
