import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { fullSearchPath } from '../lib/find-program.mjs';
import { runInForeground } from '../lib/run-in-foreground.mjs';
import { withNetworkOfItsOwn } from './own-network.mjs';
import { QUEUE_VARIABLE } from './queue-runner.mjs';
import { leftOver, tallyOf } from './tally.mjs';

/** A run that takes this long hangs. The longest takes eight minutes on a machine that does nothing else. */
const TIMEOUT_MS = 30 * 60_000;

/**
 * One run of Jest.
 *
 * @typedef {object} JestRun
 * @property {readonly string[]} projects of jest.config.js
 * @property {readonly string[]} options
 * @property {number} [networks] how many parts of it run at a time, each in a network of its own, and take from one queue of files; all in
 *   one part, in the machine's own, where that is not allowed
 *
 * @typedef {{ exitCode: number, tally: import('./tally.mjs').Tally }} Outcome
 */

/**
 * Runs Jest with its usual output on this process's own, and counts.
 *
 * @param {string} root the repository
 * @param {JestRun} run
 * @param {readonly string[]} args of the person who tests: paths, `-t <name>`
 * @param {string} resultDirectory for Jest's machine-readable result
 * @returns {Promise<Outcome[]>} of each part
 */
export async function runJest(root, { projects, options, networks }, args, resultDirectory) {
  const within = networks === undefined ? undefined : withNetworkOfItsOwn();
  const name = projects.join('-');
  const queue = path.join(resultDirectory, `${name}-queue`);
  mkdirSync(queue);
  const parts = await Promise.all(
    Array.from({ length: (within && networks) || 1 }, async (_, n) => {
      const resultFile = path.join(resultDirectory, `${name}-${n}.json`);
      const exitCode = await jestExitCode(root, { within, queue }, [
        ...['--selectProjects', ...projects],
        ...options,
        ...['--passWithNoTests', '--json', `--outputFile=${resultFile}`],
        ...args,
      ]);
      return { exitCode, result: readResult(resultFile) };
    }),
  );
  return [
    ...parts.map(({ exitCode, result }) => ({ exitCode, tally: tallyOf(result, exitCode) })),
    { exitCode: 0, tally: leftOver(parts.map(({ result }) => result)) },
  ];
}

/**
 * @param {string} root
 * @param {{ within: readonly string[] | undefined, queue: string }} surroundings
 * @param {readonly string[]} args
 */
async function jestExitCode(root, { within, queue }, args) {
  try {
    return await runInForeground(['node_modules/jest/bin/jest.js', ...args], {
      cwd: root,
      env: { PATH: fullSearchPath(), [QUEUE_VARIABLE]: queue },
      timeoutMs: TIMEOUT_MS,
      within,
    });
  } catch (error) {
    // One run that hangs or cannot start is one failed run; the others still have something to say.
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    return 1;
  }
}

/**
 * @param {string} file
 * @returns {import('./tally.mjs').JestResult | undefined}
 */
function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
