import type { ServerResponse } from 'node:http';
import { type FakeControlPlane, fakeControlPlane } from '../testing/fake-control-plane';
import { openEventStream } from './event-stream';

/** Long beside what a loaded machine may keep a process waiting, for a stream that has to be heard. */
const PATIENCE_MS = 15_000;
/** For one that is to be given up. */
const SILENCE_MS = 200;
const token = { text: 'secret', from: 'HEDDLE_TOKEN' };
const signal = new AbortController().signal;
let plane: FakeControlPlane;
let connection: ServerResponse | undefined;

beforeEach(async () => {
  connection = undefined;
  plane = await fakeControlPlane((_, response) => {
    connection = response;
  });
});
afterEach(() => plane.close());

/** Waits for the request, and begins its answer. */
async function accepted(): Promise<ServerResponse> {
  while (!connection) await new Promise((resolve) => setTimeout(resolve, 5));
  connection.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  return connection;
}

const open = (silenceMs = PATIENCE_MS) =>
  openEventStream({ url: plane.url, token, signal }, { path: '/api/v1/stream' }, silenceMs);
const silent = (seconds: number) =>
  `the control plane at ${plane.url} does not answer within ${seconds} s: see its log, or set HEDDLE_URL`;

it('gives up a control plane that never begins to answer', () =>
  expect(open(SILENCE_MS)).rejects.toThrow(silent(SILENCE_MS / 1000)));

it('takes comments for signs of life, and gives up when they cease', async () => {
  const silenceMs = 3_000;
  const opening = open(silenceMs);
  const response = await accepted();
  const { events } = await opening;
  const iterator = events[Symbol.asyncIterator]();
  const beats = setInterval(() => response.write(': still here\n\n'), silenceMs / 30);
  const first = iterator.next();
  await new Promise((resolve) => setTimeout(resolve, 1.5 * silenceMs));
  response.write('id: 1\nevent: change\ndata: é\n\n');
  expect(await first).toEqual({ done: false, value: { id: '1', event: 'change', data: 'é' } });
  clearInterval(beats);
  await expect(iterator.next()).rejects.toThrow(silent(3));
}, 30_000);

it('puts characters together that arrive in pieces', async () => {
  const opening = open();
  const response = await accepted();
  const { events, close } = await opening;
  const bytes = Buffer.from('data: ✓\n\n');
  response.write(bytes.subarray(0, 7));
  setTimeout(() => response.write(bytes.subarray(7)), 20);
  for await (const { data } of events) {
    expect(data).toBe('✓');
    break;
  }
  close();
});

it('hangs up when it is closed, even if nobody ever listened', async () => {
  const opening = open();
  const response = await accepted();
  const closed = new Promise((resolve) => response.on('close', resolve));
  (await opening).close();
  await closed;
});
