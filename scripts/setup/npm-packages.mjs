import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure, TookTooLong } from '../lib/failure.mjs';
import { fingerprint } from '../lib/fingerprint.mjs';
import { runQuietly } from '../lib/run-quietly.mjs';
import { unlessStamped } from '../lib/stamp.mjs';
import { step } from '../lib/step.mjs';

/**
 * How long each attempt may take. npm 11 sometimes waits for ever for a package whose download is complete; what it downloaded is
 * in its cache, so the next attempt is short. On a slow network the last one has the time that is needed.
 */
const ATTEMPTS_MS = [4 * 60_000, 4 * 60_000, 15 * 60_000];
const LOOK_EVERY_MS = 1_000;

/**
 * Installs the npm packages of package-lock.json, unless exactly these are there for this Node and machine. `npm ci` begins by
 * removing node_modules and the stamp in it, so one that was interrupted is always run again.
 *
 * @param {string} root
 * @returns {Promise<void>}
 * @throws {Failure}
 */
export function ensureNpmPackages(root) {
  return unlessStamped(path.join(root, 'node_modules', '.heddle-setup'), npmFingerprint(root), () =>
    step('installing npm packages', (progress) => installNpmPackages(root, progress)),
  );
}

/**
 * Packages are right for one lock file, one binary interface of Node and one kind of machine.
 *
 * @param {string} root
 * @returns {string}
 */
export function npmFingerprint(root) {
  const { platform, arch, versions } = process;
  return [fingerprint(root, ['package-lock.json']), `node-abi-${versions.modules}`, platform, arch].join(' ');
}

/**
 * @param {string} root
 * @param {(text: string) => void} progress
 */
async function installNpmPackages(root, progress) {
  const wanted = lockedDirectories(root);
  const looking = setInterval(() => {
    const there = wanted.filter((directory) => existsSync(path.join(root, directory, 'package.json'))).length;
    progress(`${there} of about ${wanted.length}`);
  }, LOOK_EVERY_MS);
  try {
    await npmCi(root, ATTEMPTS_MS);
  } finally {
    clearInterval(looking);
  }
}

/**
 * @param {string} root
 * @param {readonly number[]} attemptsMs how long each attempt may take, milliseconds; one that is cut off is followed by the next
 * @returns {Promise<void>}
 * @throws {Failure} when npm says what is wrong, or no attempt ended in its time
 */
export async function npmCi(root, attemptsMs) {
  const [timeoutMs = 0, ...furtherAttemptsMs] = attemptsMs;
  try {
    // Development packages too, whatever NODE_ENV says: the build needs them.
    const { exitCode, output } = await runQuietly('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
      cwd: root,
      timeoutMs,
    });
    if (exitCode !== 0)
      throw new Failure(`npm ci failed (${npmReason(output)}); mend that and try again`, { cause: output });
  } catch (error) {
    if (!(error instanceof TookTooLong) || furtherAttemptsMs.length === 0) throw error;
    await npmCi(root, furtherAttemptsMs);
  }
}

/**
 * @param {string} root
 * @returns {string[]} none when the lock file cannot be read: npm says so better
 */
function lockedDirectories(root) {
  try {
    const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
    return Object.keys(packages).filter((directory) => directory !== '' && !packages[directory].optional);
  } catch {
    return [];
  }
}

/**
 * The most telling line of npm's own words.
 *
 * @param {string} output
 * @returns {string}
 */
export function npmReason(output) {
  const errors = [...output.matchAll(/^npm error (?!code |A complete log)(.*\S.*)$/gm)].map(([, text = '']) =>
    text.trim(),
  );
  return errors[0] ?? output.trim().split('\n').at(-1) ?? 'no reason given';
}
