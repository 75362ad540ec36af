import { readFileSync } from 'node:fs';
import { Failure } from '../lib/failure.mjs';
import { runQuietly } from '../lib/run-quietly.mjs';
import { step } from '../lib/step.mjs';
import { disableServices } from './disable-services.mjs';
import { withServicesHeldBack } from './service-policy.mjs';

const UPDATE_TIMEOUT_MS = 3 * 60_000;
const INSTALL_TIMEOUT_MS = 15 * 60_000;
const ENVIRONMENT = { DEBIAN_FRONTEND: 'noninteractive' };

/**
 * Whether `apt-get install` can be run here.
 *
 * @returns {boolean}
 */
export function canInstallDebianPackages() {
  return process.getuid?.() === 0 && isDebianFamily(osRelease());
}

/**
 * @param {string} osRelease the text of /etc/os-release
 * @returns {boolean} for Debian, and for what calls itself like it
 */
export function isDebianFamily(osRelease) {
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease);
}

/**
 * Installs packages without recommendations, and without their services: none is started, now or at the next boot.
 *
 * @param {readonly string[]} packages
 * @returns {Promise<void>}
 * @throws {Failure}
 */
export async function installDebianPackages(packages) {
  await step('updating the list of Debian packages', updateLists);
  await step(`installing Debian packages ${packages.join(' ')}`, (progress) =>
    withServicesHeldBack(async () => {
      await finishInterruptedInstallation();
      await aptGet(['install', '--yes', '--no-install-recommends', ...packages], INSTALL_TIMEOUT_MS, progress);
      await disableServices(packages);
    }),
  );
}

/** An outdated list often still does, and a list that does not makes the installation say what is wrong. */
async function updateLists() {
  await runQuietly('apt-get', ['update', '--quiet'], { cwd: '/', timeoutMs: UPDATE_TIMEOUT_MS, env: ENVIRONMENT });
}

/** A set-up that was killed may have left packages half installed, and apt refuses to go on before that is mended. */
async function finishInterruptedInstallation() {
  await runQuietly('dpkg', ['--configure', '-a'], { cwd: '/', timeoutMs: INSTALL_TIMEOUT_MS, env: ENVIRONMENT });
}

/**
 * @param {readonly string[]} args
 * @param {number} timeoutMs
 * @param {(text: string) => void} progress
 */
async function aptGet(args, timeoutMs, progress) {
  const { exitCode, output } = await runQuietly(
    'apt-get',
    ['--option', 'APT::Status-Fd=3', '--option', 'DPkg::Lock::Timeout=120', ...args],
    {
      cwd: '/',
      timeoutMs,
      env: ENVIRONMENT,
      onStatusLine: (line) => {
        const text = aptProgress(line);
        if (text) progress(text);
      },
    },
  );
  if (exitCode !== 0) throw new Failure(`apt-get ${args[0]} failed (${aptReason(output)})`, { cause: output });
}

/**
 * @param {string} line of apt's status: `pmstatus:nftables:40.0:Unpacking nftables`
 * @returns {string | undefined} `installing 40 %`
 */
export function aptProgress(line) {
  const [, kind, percent] = /^(dlstatus|pmstatus):[^:]*(?::[^:]*)??:(\d+(?:\.\d+)?):/.exec(line) ?? [];
  if (!kind) return undefined;
  return `${kind === 'dlstatus' ? 'downloading' : 'installing'} ${Math.round(Number(percent))} %`;
}

/**
 * The most telling line of apt's own words.
 *
 * @param {string} output
 * @returns {string}
 */
export function aptReason(output) {
  const errors = output.split('\n').filter((line) => /^E:/.test(line));
  return errors[0]?.replace(/^E: /, '') ?? output.trim().split('\n').at(-1) ?? 'no reason given';
}

function osRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
