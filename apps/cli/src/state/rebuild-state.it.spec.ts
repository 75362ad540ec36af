import type { ServerResponse } from 'node:http';
import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { type FakeControlPlane, fakeControlPlane } from '../testing/fake-control-plane';

let events: readonly [event: string, data: object][];
let plane: FakeControlPlane;
beforeAll(async () => {
  plane = await fakeControlPlane((_, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [event, data] of events) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    response.end();
  });
});
afterAll(() => plane.close());

async function rebuild() {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  return { exitCode: await run(['state', 'rebuild'], io), out: io.out(), err: io.err() };
}

it('tells how far it is beside the answer, and ends with what was done', async () => {
  const at = (done: number) => ({ done, of: 512, strays: 1 });
  events = [
    ['progress', at(0)],
    ['progress', at(256)],
    ['progress', at(256)],
    ['done', at(512)],
  ];
  expect(await rebuild()).toEqual({
    exitCode: 0,
    out: '512 documents are as the log has them, and 1 that it does not explain are empty or gone\n',
    err: '0 of 512 documents\n256 of 512 documents\n',
  });
  expect(plane.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api/v1/state/rebuild']);
});

it.each<[string, [string, object][], string]>([
  [
    'fails',
    [['failed', { detail: 'TIMEOUT' }]],
    'the control plane could not rebuild everything (TIMEOUT): run it again\n',
  ],
  ['is cut short', [], 'the control plane ended before everything was rebuilt: run it again\n'],
])('says that a rebuild which %s has to be run again', async (_, said, err) => {
  events = said;
  expect(await rebuild()).toEqual({ exitCode: 1, out: '', err });
});
