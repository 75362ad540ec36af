import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

let directory: string;
let outer: ChildProcess | undefined;

/** A program that says which requests to stop it gets, and ends a while after the first. */
const PROGRAM = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => { console.log('got', signal); setTimeout(() => process.exit(7), 400); });
  const stayAlive = setInterval(() => {}, 1000);
  console.log('pid', process.pid);
`;

beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'heddle-foreground-'));
  const program = path.join(directory, 'program.cjs');
  writeFileSync(program, PROGRAM);
  writeFileSync(
    path.join(directory, 'outer.mjs'),
    `import { runInForeground } from ${JSON.stringify(path.join(__dirname, 'run-in-foreground.mjs'))};
     process.exitCode = await runInForeground([${JSON.stringify(program)}], { cwd: ${JSON.stringify(directory)} });`,
  );
});
afterEach(() => {
  outer?.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

/** These tests may themselves be run by npm, which is not what started the program then. */
function environmentWithoutNpm() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
}

/** Starts both in a process group of their own, as a terminal does, and waits for the inner one. */
async function started(command = process.execPath, args = [path.join(directory, 'outer.mjs')]) {
  const child = spawn(command, args, {
    env: environmentWithoutNpm(),
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  outer = child;
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const saysItsPid = async () => {
    while (!/pid \d+/.test(said)) await once(child.stdout, 'data');
  };
  await saysItsPid();
  return {
    pid: child.pid as number,
    innerPid: Number(/pid (\d+)/.exec(said)?.[1]),
    requests: () => said.match(/got \w+/g) ?? [],
    ended: once(child, 'close'),
  };
}

it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on once, waits, and ends as the program ends', async (signal) => {
  const { pid, requests, ended } = await started();
  process.kill(pid, signal);
  expect(await ended).toEqual([7, null]);
  expect(requests()).toEqual([`got ${signal}`]);
});

it('passes a Ctrl-C on once, though the terminal sends it to the whole group and npm sends it again', async () => {
  const { pid, requests, ended } = await started();
  process.kill(-pid, 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.kill(pid, 'SIGINT');
  expect(await ended).toEqual([7, null]);
  expect(requests()).toEqual(['got SIGINT']);
});

it('asks the program to stop when it dies itself without a word', async () => {
  const { pid, requests, ended } = await started();
  process.kill(pid, 'SIGKILL');
  // The program holds the same output open, so this waits for the end of both.
  expect(await ended).toEqual([null, 'SIGKILL']);
  // The kernel may say so once for every thread that dies.
  expect(new Set(requests())).toEqual(new Set(['got SIGTERM']));
});

it('asks the program to stop when npm, which started it, is killed', async () => {
  writeFileSync(path.join(directory, 'package.json'), '{ "scripts": { "start": "exec node outer.mjs" } }');
  const { pid, requests, ended } = await started('npm', ['start', '--silent', '--prefix', directory]);
  process.kill(pid, 'SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(requests()).toEqual(['got SIGTERM']);
});

it('is reached through npm', async () => {
  writeFileSync(path.join(directory, 'package.json'), '{ "scripts": { "start": "exec node outer.mjs" } }');
  const { pid, requests, ended } = await started('npm', ['start', '--silent', '--prefix', directory]);
  process.kill(pid, 'SIGTERM');
  await ended;
  expect(requests()).toEqual(['got SIGTERM']);
});

it('ends with 128 and the number of the signal that killed the program', async () => {
  const { innerPid, ended } = await started();
  process.kill(innerPid, 'SIGKILL');
  expect(await ended).toEqual([137, null]);
});
