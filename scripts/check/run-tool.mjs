import path from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { REPOSITORY } from '../lib/repository.mjs';
import { runQuietly } from '../lib/run-quietly.mjs';

/** A tool that hangs ends by this; one that reads all files takes a minute, and several on a machine with other work to do. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * Runs a development tool of this repository on some tree.
 *
 * @param {string} root the tree
 * @param {string} file of the tool, under node_modules
 * @param {readonly string[]} args
 * @returns {Promise<import('../lib/run-quietly.mjs').Outcome>}
 */
export function runTool(root, file, args) {
  const tool = path.join(REPOSITORY, 'node_modules', file);
  return runQuietly(process.execPath, [tool, ...args], { cwd: root, timeoutMs: TIMEOUT_MS });
}

/**
 * A tool that did not do its work must not look like one that found nothing.
 *
 * @param {string} tool
 * @param {import('../lib/run-quietly.mjs').Outcome} outcome
 * @returns {Failure}
 */
export function brokenTool(tool, { exitCode, output }) {
  return new Failure(`${tool} did not do its work (exit code ${exitCode}): ${output.trim().slice(-1_000)}`);
}

/**
 * @param {string} tool
 * @param {import('../lib/run-quietly.mjs').Outcome} outcome
 * @returns {any} what the tool printed as JSON
 * @throws {Failure} when it printed something else
 */
export function parsedOutput(tool, outcome) {
  try {
    return JSON.parse(outcome.stdout);
  } catch {
    throw brokenTool(tool, outcome);
  }
}
