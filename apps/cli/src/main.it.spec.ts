import { type ChildProcess, spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { answerJson, type FakeControlPlane, fakeControlPlane } from './testing/fake-control-plane';
import { change, changeOn } from './testing/samples';

/** Lets node take the program without a build. */
const LOADER = join(__dirname, '../../../scripts/lib/load-typescript.js');
const MAIN = join(__dirname, 'main.ts');

let plane: FakeControlPlane;
let stream: ServerResponse | undefined;
beforeAll(async () => {
  plane = await fakeControlPlane(({ path }, response) => {
    if (path === '/api/v1/stream') {
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
      return stream.flushHeaders();
    }
    // Held back for as long as the command waits.
    if (path.includes('?wait=')) return;
    if (path.includes('?')) return answerJson(response, { changes: [change(1)], next: null });
    return answerJson(response, changeOn(1, { 'cell-1': 'waiting' }));
  });
});
afterAll(() => plane.close());

interface Heddle {
  readonly child: ChildProcess;
  /** How it ended: the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  out: string;
  err: string;
}

function heddle(...argv: string[]): Heddle {
  const env = { PATH: process.env.PATH, HEDDLE_TOKEN: 'secret', HEDDLE_URL: plane.url, FORCE_COLOR: '1' };
  const child = spawn(process.execPath, ['--require', LOADER, MAIN, ...argv], { env, timeout: 20_000 });
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
  const running: Heddle = { child, ended, out: '', err: '' };
  child.stdout.on('data', (chunk) => (running.out += String(chunk)));
  child.stderr.on('data', (chunk) => (running.err += String(chunk)));
  return running;
}

async function firstOutput({ child }: Heddle): Promise<void> {
  await new Promise((resolve) => child.stdout?.once('data', resolve));
}

it('ends with the exit code of the run, and keeps stdout for the answer', async () => {
  const waiting = heddle('wait', '--change', '1', '--timeout', '0', '--output', 'json');
  expect(await waiting.ended).toBe(3);
  expect(JSON.parse(waiting.out)).toEqual(changeOn(1, { 'cell-1': 'waiting' }));
  expect(waiting.err).toBe('change 1 is not in force after 0 s: missing is cell-1 (waiting); see: heddle cells\n');
}, 30_000);

it('follows until Ctrl-C, which is its good end', async () => {
  const following = heddle('changes', '--follow', '--output', 'json');
  await firstOutput(following);
  following.child.kill('SIGINT');
  expect(await following.ended).toBe(0);
  expect(JSON.parse(following.out)).toEqual(change(1));
  expect(following.err).toBe('');
}, 30_000);

it('says with its exit code that Ctrl-C ended a wait', async () => {
  const waiting = heddle('wait', '--change', '1', '--timeout', '60');
  while (!plane.asked.some(({ path }) => path.includes('?wait=')))
    await new Promise((resolve) => setTimeout(resolve, 20));
  waiting.child.kill('SIGINT');
  expect(await waiting.ended).toBe(130);
  expect(waiting.out + waiting.err).toBe('');
}, 30_000);

it('ends quietly when nobody reads any more', async () => {
  const listing = heddle('changes');
  listing.child.stdout?.destroy();
  expect(await listing.ended).toBe(0);
  expect(listing.err).toBe('');
}, 30_000);

it('ends following with the next change when nobody reads any more', async () => {
  const following = heddle('changes', '--follow');
  await firstOutput(following);
  following.child.stdout?.destroy();
  stream?.write(`event: change\ndata: ${JSON.stringify(change(2))}\n\n`);
  expect(await following.ended).toBe(0);
  expect(following.err).toBe('');
}, 30_000);
