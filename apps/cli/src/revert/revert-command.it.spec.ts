import type { Reverted } from '../api/change-schemas';
import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { answerJson, fakeControlPlane, type FakeControlPlane } from '../testing/fake-control-plane';

const policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 1, end: 1 } as const;
const range = { protocol: 'tcp', start: 1, end: 1 } as const;
const answer: Reverted = {
  ...{ dryRun: true, change: null, undone: [7] },
  policies: [
    { ...policy, outcome: 'undo', was: false, is: true, later: [] },
    { ...policy, start: 2, end: 2, outcome: 'conflict', was: true, is: '2026-11-22T12:00:00Z', later: [8] },
  ],
  reach: [{ source: 'web', destination: 'db', before: [range], after: [], opens: [], closes: [range] }],
};

let plane: FakeControlPlane;
let told: object;
beforeEach(async () => {
  told = answer;
  plane = await fakeControlPlane((_, response) => answerJson(response, told));
});
afterEach(() => plane.close());

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(argv, io);
  return { exitCode, out: io.out(), err: io.err(), asked: plane.asked.map(({ path }) => decodeURIComponent(path)) };
}

it('only tells what would become of it, with conflicts', async () => {
  const { exitCode, out, asked } = await heddle('revert', '7');
  expect([exitCode, asked]).toEqual([0, ['/api/v1/changes/7/revert?dryRun=true']]);
  expect(out).toBe(
    [
      'POLICY          IS                                WAS     OUTCOME',
      'web → db tcp 1  stands                            -       undone',
      'web → db tcp 2  until 2026-11-22 12:00:00 +00:00  stands  changed later, by 8: left alone',
      '',
      '   SOURCE  DESTINATION  PORTS',
      '-  web     db           tcp 1',
      '',
      '1 conflict (--skip-conflicts leaves those policies alone); nothing was changed: add --yes to undo change 7',
      '',
    ].join('\n'),
  );
});

it('does it when told to', async () => {
  told = { ...answer, dryRun: false, change: 9 };
  const { out, asked } = await heddle('revert', '7', '--yes', '--skip-conflicts');
  expect(asked).toEqual(['/api/v1/changes/7/revert?conflicts=skip']);
  expect(out).toContain('change 7 undone by change 9');
});

it('takes everything of somebody, or for some request', async () => {
  told = { ...answer, undone: [], policies: [], reach: [] };
  const { out } = await heddle('revert', '--actor', 'bob', '--since', '2h ago');
  expect(out).toBe('there are no such changes\n');
  const { asked } = await heddle('revert', '--request', 'r-1', '--since', '7', '--yes');
  expect(asked).toEqual([
    '/api/v1/changes/revert?since=2h+ago&actor=bob&dryRun=true',
    '/api/v1/changes/revert?since=7&correlationId=r-1',
  ]);
});

it.each([[[]], [['7', '--actor', 'bob', '--since', '1h']], [['--actor', 'bob']], [['7', '--since', '1h']]])(
  'asks nothing when it is not clear what is meant: %j',
  async (argv) => {
    const { exitCode, err, asked } = await heddle('revert', ...argv);
    expect([exitCode, asked]).toEqual([2, []]);
    expect(err).toContain('name what to undo');
  },
);

it('plans a change', async () => {
  told = { dryRun: true, change: null, data: null, reach: [{ ...answer.reach[0], opens: [range], closes: [] }] };
  const { out, asked } = await heddle('plan', 'add', 'web', 'db', '--protocol', 'tcp', '--port', '1');
  expect(asked).toEqual(['/api/v1/changes?dryRun=true']);
  expect(out).toBe('   SOURCE  DESTINATION  PORTS\n+  web     db           tcp 1\n');
});
