import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { answerJson, fakeControlPlane, type FakeControlPlane } from '../testing/fake-control-plane';

const POLICY = ['web', 'db', '--protocol', 'tcp', '--port', '5432'];

let plane: FakeControlPlane;
let change: number | null;
beforeEach(async () => {
  change = 7;
  plane = await fakeControlPlane((_, response) => answerJson(response, { change, data: null }));
});
afterEach(() => plane.close());

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(argv, io);
  return { exitCode, out: io.out(), err: io.err() };
}

it('opens a policy for a while, with the reason', async () => {
  const { exitCode, out } = await heddle('policy', 'add', ...POLICY, '--expires', '2h', '--reason', 'NET-42');
  expect([exitCode, out]).toEqual([0, 'the policy stands: web → db tcp 5432\n']);
  expect(plane.asked).toMatchObject([
    {
      method: 'POST',
      path: '/api/v1/changes',
      headers: { 'x-heddle-reason': 'NET-42' },
      body: JSON.stringify({
        type: 'add-policies',
        policies: [{ source: 'web', destination: 'db', protocol: 'tcp', start: 5432, end: 5432 }],
        expires: '2h',
      }),
    },
  ]);
});

it('asks nothing without a reason', async () => {
  const { exitCode, err } = await heddle('policy', 'add', ...POLICY, '--expires', '2h');
  expect([exitCode, err]).toEqual([2, '--expires needs a --reason: say why this is to be open for a while\n']);
  expect(plane.asked).toEqual([]);
});

it('limits a policy, and claims nothing of one that may not be there', async () => {
  change = null;
  const { out } = await heddle('policy', 'limit', ...POLICY, '--expires', '2026-11-10 14:03');
  expect(out).toBe(
    'nothing was changed: there is no policy web → db tcp 5432, or it closes no later than that already\n',
  );
  expect(plane.asked[0]?.body).toContain('"type":"limit-policies"');
  expect(plane.asked[0]?.body).toContain('"expires":"2026-11-10T14:03:00.000Z"');
});

it.each(['', '2', '8812', 'soon', '5m ago', '2026-02-30 10:00'])('takes no end %j', async (end) => {
  const { exitCode, err } = await heddle('policy', 'limit', ...POLICY, '--expires', end);
  expect(exitCode).toBe(2);
  expect(err).toContain(`--expires is '${end}', but must be a time (2026-11-10 14:03, 2026-11-10T14:03:00Z) or a span`);
});
