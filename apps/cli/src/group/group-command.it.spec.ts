import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { answerJson, fakeControlPlane, type FakeControlPlane } from '../testing/fake-control-plane';

const asOf = { seq: 8812, time: '2026-11-10T14:03:07.120Z' };
const none = { runningDefault: false, runningSpaces: [], stagingDefault: false, stagingSpaces: [] };
const rule = { protocol: 'tcp', destination: '10.0.0.0/8', ports: '443' };
const dns = { ...none, guid: 'g-1', name: 'dns', rules: [rule, rule], runningDefault: true, stagingSpaces: ['dev'] };
const database = { ...none, guid: 'g-2', name: 'database', rules: [], runningSpaces: ['dev', 'prod'] };

let plane: FakeControlPlane;
beforeEach(async () => {
  plane = await fakeControlPlane(({ path }, response) => {
    if (!path.includes('at=')) return answerJson(response, { groups: [dns, database] });
    const isSecond = path.includes('after=3.0');
    const groups = [isSecond ? { ...database, since: 9 } : { ...dns, since: 3 }];
    answerJson(response, { asOf, groups, next: isSecond ? null : '3.0' });
  });
});
afterEach(() => plane.close());

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(['group', 'list', ...argv], io);
  return { exitCode, out: io.out(), asked: plane.asked.map(({ path }) => decodeURIComponent(path)) };
}

it('lists the security groups there are, and for how many spaces they hold', async () => {
  const { exitCode, out, asked } = await heddle();
  expect([exitCode, asked]).toEqual([0, ['/api/v1/security-groups']]);
  expect(out).toBe(
    [
      'NAME      GUID  RULES  RUNNING     STAGING',
      'dns       g-1       2  all spaces  1 space',
      'database  g-2       0  2 spaces    -',
      '',
    ].join('\n'),
  );
  expect(JSON.parse((await heddle('--output', 'json')).out)).toEqual({ groups: [dns, database] });
});

it('lists those that stood, every page of the same moment', async () => {
  const { out, asked } = await heddle('--at', '5m ago');
  expect(asked).toEqual([
    '/api/v1/security-groups?at=5m+ago&limit=5000',
    '/api/v1/security-groups?at=8812&after=3.0&limit=5000',
  ]);
  expect(out).toBe(
    [
      'as of change 8812, 2026-11-10 14:03:07 +00:00',
      'NAME      GUID  RULES  RUNNING     STAGING  SINCE',
      'dns       g-1       2  all spaces  1 space      3',
      'database  g-2       0  2 spaces    -            9',
      '',
    ].join('\n'),
  );
});

it.each([
  [[], 'no security groups\n'],
  [['--at', '8812'], 'as of change 8812, 2026-11-10 14:03:07 +00:00: no security groups\n'],
])('%s says when there are none', async (argv, words) => {
  await plane.close();
  plane = await fakeControlPlane((_, response) => answerJson(response, { asOf, groups: [], next: null }));
  expect((await heddle(...argv)).out).toBe(words);
});
