import { leftOver, NOTHING, sumOf, tallyLine, tallyOf, type JestResult } from './tally.mjs';

const result = (parts: Partial<JestResult>): JestResult => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numTotalTestSuites: 0,
  testResults: [],
  ...parts,
});
const suite = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('the tally of one run', () => {
  it('counts tests', () => {
    const run = result({ numPassedTests: 5, numFailedTests: 2, testResults: [suite('failed', 'failed', 'failed')] });
    expect(tallyOf(run, 1)).toEqual({ passed: 5, failed: 2, skipped: 0 });
  });

  it('counts a suite that failed without a failed test as one failed', () => {
    const run = result({
      numPassedTests: 5,
      testResults: [suite('failed'), suite('failed', 'passed'), suite('passed')],
    });
    expect(tallyOf(run, 1)).toEqual({ passed: 5, failed: 2, skipped: 0 });
  });

  it('counts skipped and announced tests as skipped', () => {
    expect(tallyOf(result({ numPendingTests: 2, numTodoTests: 1 }), 0)).toEqual({ passed: 0, failed: 0, skipped: 3 });
  });

  it('counts a run that left no result as one failed, even if it says that all went well', () => {
    expect(tallyOf(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a run that ended badly after good tests as one failed', () => {
    expect(tallyOf(result({ numPassedTests: 5 }), 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });
});

describe('what the parts of one run leave over', () => {
  const part = (...suites: ReturnType<typeof suite>[]) => result({ numTotalTestSuites: 3, testResults: suites });

  it('is nothing where each suite was run by one of them', () => {
    expect(leftOver([part(suite('passed')), part(suite('passed'), suite('failed'))])).toEqual(NOTHING);
    expect(leftOver([result({})])).toEqual(NOTHING);
  });

  it('counts each suite that none has run as one failed', () => {
    expect(leftOver([part(suite('passed')), part()])).toEqual({ passed: 0, failed: 2, skipped: 0 });
    expect(leftOver([part(suite('passed'), suite('passed')), undefined])).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('the sum', () => {
  it('adds up the runs', () => {
    const runs = [
      { passed: 1, failed: 2, skipped: 3 },
      { passed: 10, failed: 20, skipped: 30 },
    ];
    expect(sumOf(runs)).toEqual({ passed: 11, failed: 22, skipped: 33 });
  });

  it('is a failure when there was no test at all', () => {
    expect(sumOf([NOTHING, NOTHING])).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('reads as one line, with the skipped ones only if there are any', () => {
    expect(tallyLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(tallyLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
  });
});
