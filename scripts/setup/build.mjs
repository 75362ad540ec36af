import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { fingerprint } from '../lib/fingerprint.mjs';
import { runQuietly } from '../lib/run-quietly.mjs';
import { unlessStamped } from '../lib/stamp.mjs';
import { step } from '../lib/step.mjs';

const TIMEOUT_MS = 5 * 60_000;
/** Compilers say the most telling things first, and one mistake may echo in a thousand lines. */
const LINES_SHOWN = 60;

/**
 * Builds everything into dist/, unless dist/ was built from exactly these sources.
 *
 * @param {string} root
 * @returns {Promise<void>}
 * @throws {Failure} the compiler's own words are on stderr then
 */
export function ensureBuild(root) {
  return unlessStamped(path.join(root, 'dist', '.built'), buildFingerprint(root), () =>
    step('building', () => runBuild(root, ['run', '--silent', 'build'])),
  );
}

/**
 * @param {string} root
 * @returns {string} changes with everything that goes into the build, and with nothing else
 */
export function buildFingerprint(root) {
  const settings = readdirSync(root).filter((file) => /^tsconfig.*\.json$/.test(file));
  return fingerprint(
    root,
    ['apps', 'libs', ...settings.sort(), 'nest-cli.json', 'package.json', 'package-lock.json'],
    (file) => !/\.spec\.tsx?$/.test(file),
  );
}

/**
 * Runs a build through npm and shows the compiler's words when it fails.
 *
 * @param {string} root
 * @param {readonly string[]} npmArgs
 * @returns {Promise<void>}
 * @throws {Failure}
 */
export async function runBuild(root, npmArgs) {
  const { exitCode, output } = await runQuietly('npm', npmArgs, { cwd: root, timeoutMs: TIMEOUT_MS });
  if (exitCode === 0) return;
  console.error(firstLinesOf(output.trim()));
  throw new Failure(`the build failed for the reasons above ('npm ${npmArgs.join(' ')}'); mend them and try again`);
}

/** @param {string} text */
function firstLinesOf(text) {
  const lines = text.split('\n');
  if (lines.length <= LINES_SHOWN) return text;
  return [...lines.slice(0, LINES_SHOWN), `… and ${lines.length - LINES_SHOWN} more lines`].join('\n');
}
