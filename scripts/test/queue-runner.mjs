import { writeFileSync } from 'node:fs';
import path from 'node:path';
import TestRunner from 'jest-runner';

/** Names a directory that runs of Jest share: each takes the next test file that none of them has taken. Without it, it takes all. */
export const QUEUE_VARIABLE = 'TEST_FILE_QUEUE';

/**
 * Jest's own runner, which gives back what another run has taken from the same queue. Parts that are cut beforehand take as long as
 * the unluckiest of them; parts that take from one queue end together, whatever each file takes on the day.
 */
export default class QueueRunner extends TestRunner {
  /**
   * @override
   * @param {Parameters<TestRunner['runTests']>[0]} tests
   * @param {Parameters<TestRunner['runTests']>[1]} watcher
   * @param {Parameters<TestRunner['runTests']>[2]} options
   */
  async runTests(tests, watcher, options) {
    const queue = process.env[QUEUE_VARIABLE];
    if (queue === undefined) return super.runTests(tests, watcher, options);
    for (const test of tests) {
      if (take(queue, test.path)) await super.runTests([test], watcher, options);
    }
  }
}

/**
 * @param {string} queue
 * @param {string} file
 * @returns {boolean} whether it is this run's now: to one of them alone
 */
export function take(queue, file) {
  try {
    writeFileSync(path.join(queue, encodeURIComponent(file)), '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}
