import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { answerJson, type Asked, type FakeControlPlane, fakeControlPlane } from '../testing/fake-control-plane';

const guardrail = {
  ...{ name: 'only-router', mode: 'refuse', reason: 'PCI 1.2' },
  from: { is: 'none-of', apps: ['router'], spaces: [] },
  to: { is: 'one-of', apps: ['db'], spaces: ['prod'] },
  ports: { start: 5432, end: 5433 },
};
const author = (seq: number) => ({ seq, time: '2026-11-22T09:00:00.000Z', actor: 'ann', reason: 'NET-42' });
const violation = {
  ...{ source: 'web', destination: 'db', protocol: 'tcp', start: 5432, end: 5432 },
  ...{ certain: true, since: author(7), until: null as unknown },
};
const asOf = { seq: 9, time: '2026-11-22T09:30:00.000Z' };
const none = { since: { seq: 0, time: null }, until: asOf, violations: [] as unknown[], next: null as string | null };

let plane: FakeControlPlane;
let answer: (asked: Asked) => unknown;
beforeEach(async () => {
  plane = await fakeControlPlane((asked, response) => answerJson(response, answer(asked)));
});
afterEach(() => plane.close());

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(['guardrail', ...argv], io);
  return { exitCode, out: io.out(), err: io.err() };
}
const lines = (out: string) => out.trimEnd().split('\n');

it('sets one, and tells what is against it already', async () => {
  answer = () => ({ change: 9, guardrail, standing: { ...none, violations: [violation], next: '7.0' } });
  const { exitCode, out } = await heddle(
    ...['set', 'only-router', '--from-all-but', 'router', '--to', 'db', '--to-space', 'prod'],
    ...['--port', '5432-5433', '--reason', 'PCI 1.2'],
  );
  const { mode, from, to, ports } = guardrail;
  expect(exitCode).toBe(0);
  expect(plane.asked).toMatchObject([
    { method: 'PUT', path: '/api/v1/guardrails/only-router', headers: { 'x-heddle-reason': 'PCI 1.2' } },
  ]);
  expect(JSON.parse(plane.asked[0]?.body ?? '')).toEqual({ mode, from, to, ports });
  expect(lines(out)).toEqual([
    'guardrail only-router (refuse): never all but router → db, space prod 5432-5433',
    'against it already, and left alone:',
    expect.stringMatching(/^POLICY +SINCE +UNTIL$/),
    expect.stringMatching(/^web → db tcp 5432 +change 7 of ann +-$/),
    expect.stringContaining('2026-11-22 09:00:00'),
    expect.stringContaining('“NET-42”'),
    'there may be more: heddle guardrail violations only-router',
  ]);
});

it('sets one that only warns, about whole sides, and says when nothing changed', async () => {
  answer = () => ({ change: null, guardrail: { ...guardrail, mode: 'warn' }, standing: none });
  const { out } = await heddle('set', 'g', '--from-space', 'dev,test', '--protocol', 'udp', '--warn');
  expect(JSON.parse(plane.asked[0]?.body ?? '')).toEqual({
    ...{ mode: 'warn', from: { is: 'one-of', apps: [], spaces: ['dev', 'test'] }, protocol: 'udp' },
    to: { is: 'none-of', apps: [], spaces: [] },
  });
  expect(lines(out)).toEqual([
    'guardrail only-router (warn): never all but router → db, space prod 5432-5433 (it stood before)',
    'no policy is against it',
  ]);
});

it('lists them', async () => {
  answer = () => ({ asOf, guardrails: [{ ...guardrail, since: 9 }], next: null });
  expect(lines((await heddle('list', '--at', '9')).out)[1]).toMatch(
    /^only-router +refuse +all but router +db, space prod +5432-5433 +9 +PCI 1.2$/,
  );
  expect(plane.asked[0]?.path).toBe('/api/v1/guardrails?at=9');
  answer = () => ({ asOf, guardrails: [], next: null });
  expect((await heddle('list')).out).toBe('as of change 9, 2026-11-22 09:30:00 +00:00: no guardrails\n');
});

it('removes one', async () => {
  answer = () => ({ change: 10 });
  expect((await heddle('remove', 'only-router', '--reason', 'x')).out).toBe(
    'the guardrail only-router is gone, by change 10\n',
  );
  expect(plane.asked).toMatchObject([{ method: 'DELETE', path: '/api/v1/guardrails/only-router', body: '' }]);
});

it('tells what was against one, page by page, all of one window', async () => {
  const closed = { ...violation, certain: false, until: author(8) };
  answer = ({ path }) => ({
    ...none,
    ...(path.includes('after') ? { violations: [closed] } : { violations: [violation], next: '7.0' }),
  });
  const { exitCode, out } = await heddle('violations', 'only-router', '--since', '2h ago');
  expect(exitCode).toBe(0);
  expect(plane.asked.map(({ path }) => path)).toEqual([
    '/api/v1/guardrails/only-router/violations?since=2h+ago',
    '/api/v1/guardrails/only-router/violations?since=2h+ago&until=9&after=7.0',
  ]);
  expect(out).toContain('perhaps: nobody knows the space of an app');
  expect(out).toContain('change 8 of ann');
  answer = () => none;
  expect((await heddle('violations', 'only-router')).out).toBe(
    'as of change 9, 2026-11-22 09:30:00 +00:00: no policy is against it, and none was\n',
  );
});

it.each<[string, unknown[], number]>([
  ['that something is against now', [violation], 4],
  ['that something was against', [{ ...violation, until: author(8) }], 0],
  ['that something stood against at the end of the window', [{ ...violation, until: author(12) }], 4],
  ['that nothing was against', [], 0],
])('checks a statement %s', async (_, violations, code) => {
  answer = () => ({ ...none, violations });
  const { exitCode } = await heddle('check', '--from', 'web', '--to', 'db');
  expect(exitCode).toBe(code);
  expect(plane.asked).toMatchObject([{ method: 'POST', path: '/api/v1/guardrails/check' }]);
});

it.each([
  ['set Router --to db', "the name is 'Router', but must be small letters, digits and hyphens"],
  ['set g', 'name who shall not reach whom, with --from, --to or one of their kind'],
  [
    'set g --from a --from-all-but b',
    "option '--from <guid...>' cannot be used with option '--from-all-but <guid...>'",
  ],
  ['set g --to-space ,', '--to-space is empty, but must be the GUID of a space'],
  ['check --to db --port 0', "--port is '0', but must be a port or a range"],
])('refuses %s before anything is asked', async (line, words) => {
  const { exitCode, err } = await heddle(...line.split(' '));
  expect([exitCode, err.slice(0, words.length)]).toEqual([2, words]);
  expect(plane.asked).toEqual([]);
});
