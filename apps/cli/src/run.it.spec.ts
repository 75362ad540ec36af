import type { ServerResponse } from 'node:http';
import { parse } from 'yaml';
import { run } from './run';
import { capturedIo } from './testing/captured-io';
import { answerJson, type Asked, type FakeControlPlane, fakeControlPlane } from './testing/fake-control-plane';
import { change, changeOn } from './testing/samples';

type Answer = (asked: Asked, response: ServerResponse) => void;

let answer: Answer;
let plane: FakeControlPlane;
beforeEach(async () => {
  plane = await fakeControlPlane((asked, response) => answer(asked, response));
});
afterEach(() => plane.close());

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(argv, io);
  return { exitCode, out: io.out(), err: io.err() };
}

/** Answers everything with an object. */
const json =
  (object: unknown, status = 200): Answer =>
  (_, response) =>
    answerJson(response, object, status);
const problem = (status: number, code: string, detail: string): Answer =>
  json({ type: 'about:blank', title: 'x', status, code, detail }, status);

const requests = () => plane.asked.map(({ method, path }) => `${method} ${path}`);

describe('what goes wrong at the other end becomes one sentence', () => {
  it.each<[string, Answer, number, (url: string) => string]>([
    [
      'no token it likes',
      problem(401, 'unauthenticated', 'the token has expired'),
      2,
      (url) =>
        `the control plane at ${url} refused the token from HEDDLE_TOKEN (the token has expired): use the one it made, with --token-file <its data directory>/admin.token`,
    ],
    [
      'a token that does not suffice',
      problem(403, 'forbidden', 'provided scopes [] do not include allowed scopes [network.admin]'),
      2,
      () =>
        'the token from HEDDLE_TOKEN does not suffice: provided scopes [] do not include allowed scopes [network.admin]',
    ],
    [
      "a token that does not suffice, in Cloud Foundry's form",
      json({ error: 'provided scopes [a b] do not include allowed scopes [network.admin network.write]' }, 403),
      2,
      () =>
        'the token from HEDDLE_TOKEN does not suffice: provided scopes [a b] do not include allowed scopes [network.admin network.write]',
    ],
    [
      'a quota',
      problem(403, 'quota-exceeded', 'web would be the source of 3 policies, but may be of 2'),
      2,
      () => 'the control plane refused this: web would be the source of 3 policies, but may be of 2',
    ],
    [
      "a quota, in Cloud Foundry's form",
      json({ error: 'policy quota exceeded' }, 403),
      2,
      () => 'the control plane refused this: policy quota exceeded',
    ],
    [
      "apps of others, in Cloud Foundry's form",
      json({ error: 'one or more applications cannot be found or accessed' }, 403),
      2,
      () => 'the control plane refused this: one or more applications cannot be found or accessed',
    ],
    [
      'something it does not have',
      problem(404, 'no-such-change', 'there is no change 7\u{1b}[2J'),
      2,
      () => 'the control plane refused this: there is no change 7\\u{1b}[2J',
    ],
    [
      "Cloud Foundry's form",
      json({ error: 'mapper: validate policies: missing policies' }, 400),
      2,
      () => 'the control plane refused this: mapper: validate policies: missing policies',
    ],
    [
      'a log that is away',
      problem(503, 'log-unavailable', 'the log does not answer'),
      1,
      (url) => `the control plane at ${url} cannot do this now (the log does not answer): try again, or see its log`,
    ],
    [
      "Cloud Foundry's form of a failure",
      json({ error: 'database read failed' }, 500),
      1,
      (url) => `the control plane at ${url} cannot do this now (database read failed): try again, or see its log`,
    ],
    [
      'a web page',
      (_, response) => response.end('<html>'),
      1,
      (url) => `what listens at ${url} is not the control plane (it does not answer in JSON): set HEDDLE_URL`,
    ],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      1,
      (url) => `what listens at ${url} is not the control plane (it answers with status 302): set HEDDLE_URL`,
    ],
    [
      'a cut connection',
      (_, response) => response.destroy(),
      1,
      (url) =>
        `no control plane answers at ${url} (the connection was cut): start it with npm start, or set HEDDLE_URL`,
    ],
    [
      'an answer cut short',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        setTimeout(() => response.destroy(), 20);
      },
      1,
      (url) =>
        `no control plane answers at ${url} (the connection was cut): start it with npm start, or set HEDDLE_URL`,
    ],
    [
      'an unknown form',
      json({ cells: [{ cell: 1 }] }),
      1,
      (url) =>
        `the answer of ${url} is not what this version of heddle can read (cells.0.cell: Invalid input: expected string, received number): use versions that belong together`,
    ],
  ])('%s', async (_, theAnswer, exitCode, sentence) => {
    answer = theAnswer;
    expect(await heddle('cells')).toEqual({ exitCode, out: '', err: `${sentence(plane.url)}\n` });
  });

  it('a token that is over, where the control plane says only that it is not good', async () => {
    answer = json({ error: 'failed to verify token with uaa' }, 401);
    const claims = Buffer.from(JSON.stringify({ user_name: 'ann', exp: 1_796_070_159 })).toString('base64url');
    const io = capturedIo({ HEDDLE_URL: plane.url, HEDDLE_TOKEN: `e30.${claims}.x` });
    expect(await run(['policy', 'list'], io)).toBe(2);
    expect(io.err()).toContain('(failed to verify token with uaa; by itself it ends at 2026-11-30T20:22:39.000Z): use');
  });

  it('a server without TLS where TLS was asked for', async () => {
    const url = plane.url.replace('http:', 'https:');
    const { exitCode, err } = await heddle('cells', '--url', url);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^no control plane answers at https:\S+ \(it does not speak TLS: \w+\): start it/);
  });

  it('nobody there', async () => {
    await plane.close();
    expect(await heddle('cells')).toEqual({
      exitCode: 1,
      out: '',
      err: `no control plane answers at ${plane.url} (ECONNREFUSED): start it with npm start, or set HEDDLE_URL\n`,
    });
    plane = await fakeControlPlane(() => {});
  });
});

describe('policies', () => {
  const policies = [
    { source: { id: 'web app' }, destination: { id: 'db', protocol: 'udp', ports: { start: 80, end: 90 } } },
  ];
  const words = ['web app', 'db', '--protocol', 'udp', '--port', '80-90'];

  it.each([
    ['add', '/networking/v1/external/policies', 'the policy stands: web app → db udp 80-90\n'],
    ['remove', '/networking/v1/external/policies/delete', 'the policy is gone: web app → db udp 80-90\n'],
  ])('%s: sends the policy with its reason in UTF-8', async (verb, path, out) => {
    answer = json({});
    const reason = 'für später ✓';
    expect(await heddle('policy', verb, ...words, '--reason', reason)).toEqual({ exitCode: 0, out, err: '' });
    const [{ method, headers, body, path: asked } = {} as Asked] = plane.asked;
    expect([method, asked, JSON.parse(body)]).toEqual(['POST', path, { policies }]);
    expect(Buffer.from(String(headers['x-heddle-reason']), 'latin1').toString('utf8')).toBe(reason);
    expect(headers.authorization).toBe('Bearer secret');
  });

  it('prints what the control plane answered', async () => {
    answer = json({});
    expect((await heddle('policy', 'add', ...words, '--output', 'json')).out).toBe('{}\n');
  });

  it('waits for the change that the policy became', async () => {
    const data = {
      added: [{ source: 'web app', destination: 'db', protocol: 'udp', start: 80, end: 90 }],
      removed: [],
    };
    answer = ({ method, path }, response) => {
      if (method === 'POST') return answerJson(response, {});
      if (path.startsWith('/api/v1/changes?'))
        return answerJson(response, { changes: [change(9), change(8, { data })], next: null });
      return answerJson(response, changeOn(8, { 'cell-1': 1.5 }));
    };
    const { exitCode, out } = await heddle('policy', 'add', ...words, '--wait');
    expect(exitCode).toBe(0);
    expect(out.split('\n').slice(0, 2)).toEqual([
      'the policy stands: web app → db udp 80-90',
      'change 8 is in force on 1 cell, on the slowest (cell-1) 1.5 ms after its commit',
    ]);
    expect(requests().slice(1)).toEqual(['GET /api/v1/changes?app=db&limit=50', 'GET /api/v1/changes/8']);
  });

  it('has nothing to wait for where nothing ever changed', async () => {
    answer = ({ method }, response) => answerJson(response, method === 'POST' ? {} : { changes: [], next: null });
    expect(await heddle('policy', 'remove', ...words, '--wait')).toEqual({
      exitCode: 0,
      out: 'the policy is gone: web app → db udp 80-90\nthere is nothing to wait for: no change was ever made to these apps\n',
      err: '',
    });
    expect((await heddle('policy', 'remove', ...words, '--wait', '--output', 'json')).out).toBe('{}\n');
  });

  it.each([
    [['--app', 'a', 'b&c', '--app', 'd'], '?id=a%2Cb%26c%2Cd'],
    [['--source', 'a', '--destination', 'b'], '?source_id=a&dest_id=b'],
    [[], ''],
  ])('lists %j', async (filter, query) => {
    answer = json({ total_policies: 1, policies, later: [1] });
    const { out } = await heddle('policy', 'list', ...filter, '--output', 'yaml');
    expect(parse(out)).toEqual({ total_policies: 1, policies, later: [1] });
    expect(requests()).toEqual([`GET /networking/v1/external/policies${query}`]);
  });
});

it('lists changes with every filter, and prints exactly what came', async () => {
  const page = { changes: [{ ...change(3), added: 'by a newer version' }], next: 3 };
  answer = json(page);
  const words = ['--app', 'web', '--since', '2h ago', '--until', '1h', '--before', '9', '--limit', '1'];
  expect(await heddle('changes', ...words, '--output', 'json')).toEqual({
    exitCode: 0,
    out: `${JSON.stringify(page, null, 2)}\n`,
    err: '',
  });
  const query = Object.fromEntries(new URL(plane.asked[0]?.path ?? '', plane.url).searchParams);
  expect(query).toEqual({
    app: 'web',
    since: '2026-11-22T08:00:00.000Z',
    until: '2026-11-22T09:00:00.000Z',
    before: '9',
    limit: '1',
  });
});

it('lists refused attempts with every filter, and prints exactly what came', async () => {
  const page = { refused: [], next: 70_000, added: 'by a newer version' };
  answer = json(page);
  const words = ['--app', 'web', '--actor', 'ann', '--since', '2h ago', '--before', '9', '--limit', '1'];
  expect((await heddle('refused', ...words, '--output', 'json')).out).toBe(`${JSON.stringify(page, null, 2)}\n`);
  const { pathname, searchParams } = new URL(plane.asked[0]?.path ?? '', plane.url);
  expect([pathname, Object.fromEntries(searchParams)]).toEqual([
    '/api/v1/refused',
    { app: 'web', actor: 'ann', since: '2026-11-22T08:00:00.000Z', before: '9', limit: '1' },
  ]);
});

it('lists what others had changed, of one cell', async () => {
  answer = json({ drift: [] });
  expect((await heddle('drift', '--cell', 'cell 2')).out).toBe('nobody else has changed the rules of a cell\n');
  expect(requests()).toEqual(['GET /api/v1/drift?limit=50&cell=cell+2']);
});

it('gives the options behind show to show', async () => {
  answer = json(changeOn(3, {}));
  expect(JSON.parse((await heddle('changes', 'show', '3', '--output', 'json')).out)).toEqual(changeOn(3, {}));
  expect(requests()).toEqual(['GET /api/v1/changes/3']);
});

describe('waiting', () => {
  it('lets the control plane hold its answer, and ends with 0 when the change is in force', async () => {
    answer = ({ path }, response) => {
      const isHeld = path.includes('wait=');
      setTimeout(() => answerJson(response, changeOn(3, { 'cell-1': isHeld ? 2 : 'waiting' })), isHeld ? 100 : 0);
    };
    const { exitCode, out } = await heddle('wait', '--change', '3', '--timeout', '90', '--output', 'json');
    expect([exitCode, JSON.parse(out)]).toEqual([0, changeOn(3, { 'cell-1': 2 })]);
    expect(requests()).toEqual(['GET /api/v1/changes/3', 'GET /api/v1/changes/3?wait=60']);
  });

  it('ends with 3 when the time is over, says who is missing on stderr and what is known on stdout', async () => {
    answer = json(changeOn(3, { 'cell-1': 2, 'cell-2': 'waiting' }));
    expect(await heddle('wait', '--change', '3', '--timeout', '1')).toEqual({
      exitCode: 3,
      out: [
        'change 3 is enforced by 1 of 2 cells',
        'CELL    STATE     SINCE                           AFTER',
        'cell-1  enforced  2026-11-22 09:41:07.130 +00:00   2 ms',
        'cell-2  waiting   -                                   -',
        '',
      ].join('\n'),
      err: 'change 3 is not in force after 1 s: missing is cell-2 (waiting); see: heddle cells\n',
    });
    const held = plane.asked.slice(1).map(({ path }) => Number(new URL(path, plane.url).searchParams.get('wait')));
    expect(held.length).toBeGreaterThan(0);
    expect(held.every((seconds) => seconds > 0 && seconds <= 1)).toBe(true);
  });
});
