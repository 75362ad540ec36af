import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { answerJson, fakeControlPlane, type FakeControlPlane } from '../testing/fake-control-plane';

const lease = {
  ...{ cell: 'cell-7', incarnation: 'x', incarnationNumber: 2, underlayAddress: '10.0.0.7' },
  ...{ overlaySubnet: '10.255.7.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:07:00' },
};
const problem = {
  type: 'about:blank',
  title: 'Not Found',
  status: 404,
  code: 'no-such-lease',
  detail: 'cell-8 holds no lease',
};

let plane: FakeControlPlane;
beforeEach(async () => {
  plane = await fakeControlPlane(({ path, body }, response) => {
    if (path === '/api/v1/leases')
      return answerJson(response, { leases: [{ ...lease, state: 'live', silentForMs: 1 }] });
    if (path.startsWith('/api/v1/leases/history')) return answerJson(response, { changes: [], next: null });
    if (body.includes('cell-8')) return answerJson(response, problem, 404);
    answerJson(response, path.endsWith('release') ? { released: lease } : { fenced: lease });
  });
});
afterEach(() => plane.close());

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(['lease', ...argv], io);
  const asked = plane.asked.map(({ method, path, body }) => `${method} ${path} ${body}`.trim());
  return { exitCode, out: io.out(), err: io.err(), asked };
}

it('lists leases, as they are for programs', async () => {
  const { exitCode, out, asked } = await heddle('list', '--output', 'json');
  expect([exitCode, asked]).toEqual([0, ['GET /api/v1/leases']]);
  expect(JSON.parse(out)).toEqual({ leases: [{ ...lease, state: 'live', silentForMs: 1 }] });
  expect((await heddle('list')).out).toContain('10.255.7.0/24  cell-7');
});

it('asks for the history of a cell, or of a subnet', async () => {
  await heddle('history', 'cell-7', '--before', '9', '--limit', '2');
  const { exitCode, out, asked } = await heddle('history', '10.255.7.0/24', '--since', '1h');
  expect([exitCode, out]).toEqual([0, 'no leases\n']);
  expect(asked).toEqual([
    'GET /api/v1/leases/history?cell=cell-7&limit=2&before=9',
    'GET /api/v1/leases/history?subnet=10.255.7.0%2F24&limit=50&since=2026-11-22T09%3A00%3A00.000Z',
  ]);
});

it.each([
  ['release', '10.255.7.0/24 is free: cell-7 (incarnation 2) has let go of it\n'],
  ['fence', '10.255.7.0/24 was taken from cell-7 (incarnation 2), and is in quarantine\n'],
])('%s names a cell or a subnet, and says why', async (verb, sentence) => {
  expect(await heddle(verb, 'cell-7', '--reason', 'smoke – much')).toEqual({
    ...{ exitCode: 0, out: sentence, err: '', asked: [`POST /api/v1/leases/${verb} {"cell":"cell-7"}`] },
  });
  const reason = plane.asked[0]?.headers['x-heddle-reason'] as string;
  expect(Buffer.from(reason, 'latin1').toString('utf8')).toBe('smoke – much');
  const { out, asked } = await heddle(verb, '10.255.7.0/24', '--output', 'json');
  expect(Object.values(JSON.parse(out) as object)).toEqual([lease]);
  expect(asked.at(-1)).toBe(`POST /api/v1/leases/${verb} {"subnet":"10.255.7.0/24"}`);
});

it.each(['release', 'fence'])('%s of what is not there ends with 2', async (verb) =>
  expect(await heddle(verb, 'cell-8')).toMatchObject({
    ...{ exitCode: 2, out: '', err: 'the control plane refused this: cell-8 holds no lease\n' },
  }),
);
