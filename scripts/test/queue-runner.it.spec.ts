import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '../lib/repository.mjs';
import { QUEUE_VARIABLE } from './queue-runner.mjs';
import type { JestResult } from './tally.mjs';

const run = promisify(execFile);
const FILES = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.spec.js`);

let directory: string;
/** Where the tests are; the queue lies beside them. */
let tests: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'heddle-queue-'));
  tests = path.join(directory, 'tests');
  mkdirSync(tests);
  const runner = path.join(REPOSITORY, 'scripts/test/queue-runner.mjs');
  writeFileSync(path.join(tests, 'jest.config.json'), JSON.stringify({ runner, transform: {} }));
  for (const file of FILES) writeFileSync(path.join(tests, file), "it('runs', () => {});");
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The files that one run of Jest ran. */
async function filesRun(queue?: string): Promise<string[]> {
  const jest = path.join(REPOSITORY, 'node_modules/jest/bin/jest.js');
  const { stdout } = await run(process.execPath, [jest, '--runInBand', '--json'], {
    cwd: tests,
    env: { ...process.env, [QUEUE_VARIABLE]: queue },
  });
  const { testResults } = JSON.parse(stdout) as {
    testResults: (JestResult['testResults'][number] & { name: string })[];
  };
  expect(testResults.every(({ status }) => status === 'passed')).toBe(true);
  return testResults.map(({ name }) => path.basename(name));
}

it('gives each file to one of the runs that share a queue', async () => {
  const queue = path.join(directory, 'queue');
  mkdirSync(queue);
  const [first = [], second = []] = await Promise.all([1, 2].map(() => filesRun(queue)));
  expect([...first, ...second].sort()).toEqual(FILES);
});

it('runs all files where there is no queue', async () => {
  expect((await filesRun()).sort()).toEqual(FILES);
});
