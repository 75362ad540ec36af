import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Asked by Debian's packages before they start a service; 101 means that they must not. */
const POLICY_FILE = '/usr/sbin/policy-rc.d';
const SIGNATURE = '# written by the set-up of Heddle while it installs packages, process ';

/**
 * Does some work during which Debian's packages start no service. A policy that is there already is the administrator's and
 * stays as it is.
 *
 * @template Result
 * @param {() => Promise<Result>} work
 * @param {string} [policyFile]
 * @returns {Promise<Result>}
 */
export async function withServicesHeldBack(work, policyFile = POLICY_FILE) {
  removeForgottenPolicy(policyFile);
  const isOurs = writePolicy(policyFile);
  try {
    return await work();
  } finally {
    if (isOurs) rmSync(policyFile, { force: true });
  }
}

/**
 * Removes the policy that a killed set-up left behind; without this no package would ever start a service again.
 *
 * @param {string} [policyFile]
 */
export function removeForgottenPolicy(policyFile = POLICY_FILE) {
  const writer = writerOf(policyFile);
  if (writer !== undefined && !isAlive(writer)) rmSync(policyFile, { force: true });
}

/**
 * @param {string} policyFile
 * @returns {boolean} false when there is one already
 */
function writePolicy(policyFile) {
  try {
    writeFileSync(policyFile, `#!/bin/sh\n${SIGNATURE}${process.pid}\nexit 101\n`, { mode: 0o755, flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {string} policyFile
 * @returns {number | undefined} the process that wrote it, when it was one of ours
 */
function writerOf(policyFile) {
  try {
    const [, pid] = readFileSync(policyFile, 'utf8').split(SIGNATURE);
    return pid === undefined ? undefined : Number.parseInt(pid, 10);
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
