/**
 * How many tests passed, failed and were skipped.
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 */

/**
 * What of Jest's `--json` result is read here.
 *
 * @typedef {object} JestResult
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {number} numTotalTestSuites how many there were to run, by this part or another
 * @property {readonly { status: string, assertionResults: readonly { status: string }[] }[]} testResults
 */

/** @type {Tally} */
export const NOTHING = { passed: 0, failed: 0, skipped: 0 };

/**
 * The tally of one run of Jest. A suite that fails without a failed test (it does not compile, its `afterAll` throws) counts
 * as one failed, and so does a run that ended badly for any other reason or left no result.
 *
 * @param {JestResult | undefined} result
 * @param {number} exitCode
 * @returns {Tally}
 */
export function tallyOf(result, exitCode) {
  if (!result) return { ...NOTHING, failed: 1 };
  const brokenSuites = result.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = result.numFailedTests + brokenSuites;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

/**
 * What the parts of one run leave over between them: each suite that none of them has run counts as one failed.
 *
 * @param {readonly (JestResult | undefined)[]} parts
 * @returns {Tally}
 */
export function leftOver(parts) {
  const planned = Math.max(...parts.map((part) => part?.numTotalTestSuites ?? 0));
  const run = parts.reduce((sum, part) => sum + (part?.testResults.length ?? 0), 0);
  return { ...NOTHING, failed: planned - run };
}

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally} no test at all is a failure: it was asked for one
 */
export function sumOf(tallies) {
  const sum = tallies.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    NOTHING,
  );
  return sum.passed + sum.failed + sum.skipped === 0 ? { ...sum, failed: 1 } : sum;
}

/**
 * @param {Tally} tally
 * @returns {string} `12 passed, 0 failed`, and `, 3 skipped` if any were
 */
export function tallyLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
