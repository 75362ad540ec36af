import type { ServerResponse } from 'node:http';
import { Stopped } from '../endings';
import { run } from '../run';
import { type CapturedIo, capturedIo } from '../testing/captured-io';
import { answerJson, type Asked, type FakeControlPlane, fakeControlPlane } from '../testing/fake-control-plane';
import { change, visitorToHomeowner } from '../testing/samples';

/** What a stream does, given what was asked. */
type Stream = (response: ServerResponse, asked: Asked) => void;

const elsewhere = { data: { added: [{ ...visitorToHomeowner, source: 'a', destination: 'b' }], removed: [] } };
const unknownId = { title: 'Bad Request', status: 400, code: 'unknown-event-id', detail: "there is no event '9.9'" };
let plane: FakeControlPlane;
let io: CapturedIo;
let exit: Promise<number>;

afterEach(async () => {
  io.stop(new Stopped(130));
  await exit;
  await plane.close();
});

/** Follows a control plane whose list holds changes up to `listed()`, and whose connections behave one after the other as given. */
async function follow(words: string, listed: () => number, ...streams: Stream[]): Promise<void> {
  let opened = 0;
  plane = await fakeControlPlane((asked, response) => {
    if (asked.path === '/api/v1/stream') return streams[Math.min(opened++, streams.length - 1)]?.(response, asked);
    const query = new URL(asked.path, 'http://fake').searchParams;
    const newest = Math.min(listed(), Number(query.get('before') ?? Infinity) - 1);
    const length = Math.min(newest, Number(query.get('limit')));
    answerJson(response, { changes: Array.from({ length }, (_, i) => change(newest - i)), next: null });
  });
  io = capturedIo({ HEDDLE_URL: plane.url });
  exit = run(['changes', '--follow', '--output', 'json', ...words.split(' ').filter(Boolean)], io);
}

const event = (id: string, type: string, data: unknown) =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
const sending =
  (...parts: string[]): Stream =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) response.write(part);
  };
const cutAfter =
  (...parts: string[]): Stream =>
  (response) => {
    sending(...parts)(response, {} as Asked);
    // What lies in the buffers of a connection is gone with it, and nobody reads there before the list has been printed.
    const cut = () => (io.out() === '' ? setTimeout(cut, 20) : setTimeout(() => response.destroy(), 50));
    cut();
  };
const refusing =
  (status: number, problem: object): Stream =>
  (response) =>
    answerJson(response, problem, status);

const hello = (id: string) => event(id, 'hello', {});
const seqsPrinted = () =>
  io
    .out()
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
const streamsAsked = () => plane.asked.filter(({ path }) => path === '/api/v1/stream');

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`not within 20 s; stdout: ${io.out()}; stderr: ${io.err()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('prints what is there, then what comes, each once, and ends with 0 on Ctrl-C', async () => {
  const [whole, half] = [event('3.0', 'change', change(3)), event('4.0', 'change', change(4))];
  const receipt = event('4.1', 'receipt', { cell: 'cell-1', enforcedUpTo: 4, changes: [4], enforcedAt: 'x' });
  await follow(
    '--limit 2',
    () => 3,
    sending(hello('2.0'), whole, ': still here\n\n', receipt, half.slice(0, 30), half.slice(30)),
  );
  await until(() => seqsPrinted().length === 3);
  expect(seqsPrinted()).toEqual([2, 3, 4]);
  expect(JSON.parse(io.out().trim().split('\n').at(-1) ?? '')).toEqual(change(4));
  io.stop(new Stopped(130));
  expect(await exit).toBe(0);
  expect(io.err()).toBe('');
  expect(streamsAsked()).toMatchObject([{ headers: { authorization: 'Bearer secret' } }]);
});

it('leaves out what does not concern the app', async () => {
  const stream = sending(hello('1.0'), event('2.0', 'change', change(2, elsewhere)), event('3.0', 'change', change(3)));
  await follow('--app visitor', () => 1, stream);
  await until(() => seqsPrinted().length === 2);
  expect(seqsPrinted()).toEqual([1, 3]);
  expect(plane.asked.some(({ path }) => path === '/api/v1/changes?limit=50&app=visitor')).toBe(true);
});

it('goes on behind the last event when the connection is cut, and says so on stderr', async () => {
  await follow(
    '',
    () => 1,
    cutAfter(hello('1.0'), event('2.5', 'change', change(2))),
    refusing(503, { detail: 'the log is not there', code: 'log-unavailable' }),
    sending(hello('2.5'), event('3.5', 'change', change(3))),
  );
  await until(() => seqsPrinted().length === 3);
  expect(seqsPrinted()).toEqual([1, 2, 3]);
  expect(streamsAsked().map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2.5', '2.5']);
  expect(io.err()).toMatch(
    /^the live stream is lost \(no control plane answers at .*\): trying again\nthe live stream is back, and nothing was missed\n$/,
  );
});

it('goes on when the control plane ends the stream in good order', async () => {
  await follow(
    '',
    () => 0,
    (response) => response.writeHead(200).end(hello('1.0')),
    sending(event('2.0', 'change', change(2))),
  );
  await until(() => seqsPrinted().length === 1);
  expect(io.err()).toContain('the live stream is lost (the control plane has ended it): trying again\n');
});

it('reads the list for what it missed when its place is not known any more', async () => {
  let listed = 1;
  await follow(
    '',
    () => listed,
    cutAfter(hello('9.9')),
    (response) => {
      listed = 3;
      refusing(400, unknownId)(response, {} as Asked);
    },
    sending(hello('3.0'), event('3.0', 'change', change(3)), event('4.0', 'change', change(4))),
  );
  await until(() => seqsPrinted().length === 4);
  expect(seqsPrinted()).toEqual([1, 2, 3, 4]);
  expect(streamsAsked().map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '9.9', undefined]);
});

it.each<[string, number, string, Stream]>([
  [
    'the token is refused',
    2,
    'refused the token from HEDDLE_TOKEN (expired)',
    refusing(401, { detail: 'expired', code: 'unauthenticated' }),
  ],
  [
    'an event cannot be read',
    1,
    'an event of the live stream is not what',
    sending('id: 2.0\nevent: change\ndata: {}\n\n'),
  ],
])('does not try again when %s', async (_, exitCode, words, stream) => {
  await follow('', () => 1, cutAfter(hello('1.0')), stream);
  expect(await exit).toBe(exitCode);
  expect(io.err()).toContain(words);
});

it('does not wait for a control plane that was never there', async () => {
  await follow('', () => 1, refusing(503, { detail: 'the log is not there', code: 'log-unavailable' }));
  expect(await exit).toBe(1);
  expect(io.err()).toBe(
    `the control plane at ${plane.url} cannot do this now (the log is not there): try again, or see its log\n`,
  );
});
