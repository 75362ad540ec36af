import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

let directory: string;

beforeEach(() => (directory = mkdtempSync(path.join(os.tmpdir(), 'heddle-npm-'))));
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs `npmCi` in a program of its own, with an `npm` in front of the real one that notes each call. */
function withNpm(behaviour: string, attemptsMs: readonly number[]) {
  const npm = path.join(directory, 'npm');
  writeFileSync(npm, `#!/bin/sh\necho call >> calls\n${behaviour}\n`);
  chmodSync(npm, 0o755);
  const program = path.join(directory, 'program.mjs');
  writeFileSync(
    program,
    `import { npmCi } from ${JSON.stringify(path.join(__dirname, 'npm-packages.mjs'))};
     await npmCi(${JSON.stringify(directory)}, ${JSON.stringify(attemptsMs)}).then(
       () => console.log('installed'),
       (error) => console.log(error.name, error.message));`,
  );
  const { stdout } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${directory}:${process.env.PATH}` },
  });
  return { said: stdout.trim(), calls: readFileSync(path.join(directory, 'calls'), 'utf8').trim().split('\n').length };
}

it('tries again when npm hangs', () => {
  const hangsOnce = '[ $(wc -l < calls) -gt 1 ] || exec sleep 60';
  expect(withNpm(hangsOnce, [1_000, 20_000])).toEqual({ said: 'installed', calls: 2 });
});

it('gives up when no attempt ends in its time', () => {
  const { said, calls } = withNpm('exec sleep 60', [500, 500]);
  expect(said).toContain("'npm ci --include=dev --no-audit --no-fund' took longer than 0.5 s");
  expect(calls).toBe(2);
});

it('does not try again when npm says what is wrong', () => {
  const { said, calls } = withNpm('echo "npm error network is unreachable" >&2; exit 1', [20_000, 20_000]);
  expect(said).toBe('Failure npm ci failed (network is unreachable); mend that and try again');
  expect(calls).toBe(1);
});
