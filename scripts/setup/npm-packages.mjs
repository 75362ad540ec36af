import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { fingerprint } from '../lib/fingerprint.mjs';
import { runQuietly } from '../lib/run-quietly.mjs';
import { unlessStamped } from '../lib/stamp.mjs';
import { step } from '../lib/step.mjs';

const TIMEOUT_MS = 15 * 60_000;
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
    // Development packages too, whatever NODE_ENV says: the build needs them.
    const { exitCode, output } = await runQuietly('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
      cwd: root,
      timeoutMs: TIMEOUT_MS,
    });
    if (exitCode !== 0)
      throw new Failure(`npm ci failed (${npmReason(output)}); mend that and try again`, { cause: output });
  } finally {
    clearInterval(looking);
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
