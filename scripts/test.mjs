import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runScript } from './lib/failure.mjs';
import { REPOSITORY } from './lib/repository.mjs';
import { setUp } from './setup/set-up.mjs';
import { runJest } from './test/jest-run.mjs';
import { sumOf, tallyLine } from './test/tally.mjs';

/** A network has room for one lab, so end-to-end tests run one after the other in each; their lab waits more than it works. */
const RUNS = [
  { projects: ['unit', 'integration'], options: ['--maxWorkers=2'] },
  { projects: ['conformance'], options: ['--maxWorkers=2'] },
  { projects: ['e2e'], options: ['--runInBand'], networks: 2 },
];
/** Exit codes from here on are of programs that a signal ended: the person at the keyboard wants to stop. */
const FIRST_SIGNAL_EXIT_CODE = 129;

/** `npm test [-- paths]`: set-up, then all tests; the last line is the sum. */
await runScript(async () => {
  await setUp(REPOSITORY, 'test');
  const directory = mkdtempSync(path.join(os.tmpdir(), 'heddle-test-'));
  try {
    const outcomes = [];
    for (const run of RUNS) {
      outcomes.push(...(await runJest(REPOSITORY, run, process.argv.slice(2), directory)));
      if (outcomes.some(({ exitCode }) => exitCode >= FIRST_SIGNAL_EXIT_CODE)) break;
    }
    const sum = sumOf(outcomes.map(({ tally }) => tally));
    console.log(tallyLine(sum));
    return sum.failed > 0 ? 1 : 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
