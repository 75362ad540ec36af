import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { answerJson, fakeControlPlane, type FakeControlPlane } from '../testing/fake-control-plane';

const asOf = { seq: 8812, time: '2026-11-10T14:03:07.120Z' };
const web = { tag: 1, app: 'web', type: 'app', since: 3 };
const router = { tag: 12, app: 'router', type: 'router', since: 8800 };

let plane: FakeControlPlane;
beforeEach(async () => {
  plane = await fakeControlPlane(({ path }, response) => {
    const isSecond = path.includes('after=3.0');
    answerJson(response, { asOf, tags: [isSecond ? router : web], next: isSecond ? null : '3.0' });
  });
});
afterEach(() => plane.close());

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(['tag', 'list', ...argv], io);
  return { exitCode, out: io.out(), asked: plane.asked.map(({ path }) => decodeURIComponent(path)) };
}

it('lists the tags in use now', async () => {
  const { exitCode, out, asked } = await heddle();
  expect([exitCode, asked]).toEqual([0, ['/api/v1/tags?limit=5000', '/api/v1/tags?at=8812&after=3.0&limit=5000']]);
  expect(out).toBe(
    [
      'as of change 8812, 2026-11-10 14:03:07 +00:00',
      'TAG  APP     TYPE    SINCE',
      '  1  web     app         3',
      ' 12  router  router   8800',
      '',
    ].join('\n'),
  );
});

it('lists those that were in use, every page of the same moment', async () => {
  const { out, asked } = await heddle('--at', '5m ago', '--output', 'json');
  expect(asked).toEqual(['/api/v1/tags?at=5m+ago&limit=5000', '/api/v1/tags?at=8812&after=3.0&limit=5000']);
  expect(JSON.parse(out)).toEqual({ asOf, tags: [web, router], next: null });
});

it('says when there are none', async () => {
  await plane.close();
  plane = await fakeControlPlane((_, response) =>
    answerJson(response, { asOf: { seq: 0, time: null }, tags: [], next: null }),
  );
  expect((await heddle()).out).toBe('the log is empty: no tags\n');
});
