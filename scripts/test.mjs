import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runScript } from './lib/failure.mjs';
import { REPOSITORY } from './lib/repository.mjs';
import { setUp } from './setup/set-up.mjs';
import { runJest } from './test/jest-run.mjs';
import { sumOf, tallyLine } from './test/tally.mjs';

/** End-to-end tests share the machine's one lab, so they run one after the other, and alone. */
const RUNS = [
  { projects: ['unit', 'integration'], options: ['--maxWorkers=2'] },
  { projects: ['conformance'], options: ['--maxWorkers=2'] },
  { projects: ['e2e'], options: ['--runInBand'] },
];
/** Exit codes from here on are of programs that a signal ended: the person at the keyboard wants to stop. */
const FIRST_SIGNAL_EXIT_CODE = 129;

/** `npm test [-- paths]`: set-up, then all tests; the last line is the sum. */
await runScript(async () => {
  await setUp(REPOSITORY, 'test');
  const directory = mkdtempSync(path.join(os.tmpdir(), 'heddle-test-'));
  try {
    const tallies = [];
    for (const run of RUNS) {
      const { exitCode, tally } = await runJest(REPOSITORY, run, process.argv.slice(2), directory);
      tallies.push(tally);
      if (exitCode >= FIRST_SIGNAL_EXIT_CODE) break;
    }
    const sum = sumOf(tallies);
    console.log(tallyLine(sum));
    return sum.failed > 0 ? 1 : 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
