import type { ServerResponse } from 'node:http';
import { run } from '../run';
import { capturedIo } from '../testing/captured-io';
import { answerJson, fakeControlPlane, type FakeControlPlane } from '../testing/fake-control-plane';
import { change, changeOn, visitorToHomeowner } from '../testing/samples';

const { source, destination, ...ports } = visitorToHomeowner;
const container = { handle: 'homeowner-0', app: 'homeowner', index: 0, address: '10.255.2.2', space: null, org: null };
const hello = {
  ...{ first: 7, last: 7, since: '2026-11-22T09:40:00.000000Z', until: '2026-11-22T10:00:00.000000Z' },
  reportsSince: null as string | null,
};
const at = (second: number) => ({ at: `2026-11-22T09:41:${String(second).padStart(2, '0')}.000000Z` });
const told: [string, object][] = [
  ['placement', { ...at(1), cell: 'cell-2', containers: [container] }],
  [
    'change',
    {
      ...change(7, { reason: 'tea' }),
      reach: [{ source, destination, before: [], after: [ports], opens: [ports], closes: [] }],
    },
  ],
  ['receipt', { ...at(7), cell: 'cell-2', enforcedUpTo: 7, changes: [7], enforcedAt: '2026-11-22T09:41:07.130456Z' }],
  [
    'placement',
    { ...at(9), cell: 'cell-2', containers: [{ ...container, handle: 'homeowner-1', address: '10.255.2.3' }] },
  ],
  ['a-newer-thing', {}],
  ['end', {}],
];

let plane: FakeControlPlane;
let events: readonly [string, object][];
let refused: object | undefined;
let answer: object | undefined;
beforeEach(async () => {
  [events, refused, answer] = [[['hello', hello], ...told], undefined, undefined];
  plane = await fakeControlPlane((_, response) =>
    refused || answer ? answerJson(response, refused ?? answer, refused ? 404 : 200) : stream(response, events),
  );
});
afterEach(() => plane.close());

function stream(response: ServerResponse, all: readonly [string, object][]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(all.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(''));
}

async function heddle(...argv: string[]) {
  const io = capturedIo({ HEDDLE_URL: plane.url });
  const exitCode = await run(['replay', ...argv], io);
  return { exitCode, out: io.out(), err: io.err(), asked: plane.asked.map(({ path }) => path) };
}

it('shows what happened in its order, a change as the list of changes does', async () => {
  const { exitCode, out, err, asked } = await heddle(
    '--from',
    '7',
    '--to',
    '2026-11-22 10:00Z',
    '--speed',
    '60',
    '--cell',
    'cell-2',
  );
  expect([exitCode, err]).toEqual([0, '']);
  expect(asked).toEqual(['/api/v1/replay?from=7&to=2026-11-22T10%3A00%3A00.000Z&speed=60&cell=cell-2']);
  expect(out.split('\n').map((line) => line.trimEnd())).toEqual([
    '    ▪  2026-11-22 09:41:01 +00:00  cell-2  holds 1 container',
    '                                           homeowner-0 (homeowner) at 10.255.2.2',
    '    7  2026-11-22 09:41:07 +00:00  admin  + visitor → homeowner tcp 8080',
    '                                          “tea”',
    '                                          opened visitor → homeowner tcp 8080',
    '    ✓  2026-11-22 09:41:07 +00:00  cell-2  enforces change 7, 7 ms after it',
    '    ▪  2026-11-22 09:41:09 +00:00  cell-2  - homeowner-0 (homeowner) at 10.255.2.2',
    '                                           + homeowner-1 (homeowner) at 10.255.2.3',
    '',
  ]);
});

it('gives programs each entry as it came, a line each', async () => {
  const lines = (await heddle('--from', '7', '--output', 'json')).out.trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
    ...['placement', 'change', 'receipt', 'placement'],
  ]);
});

it('says that what cells said is not kept in its order, and then tells where changes were in force', async () => {
  const { cells, ...enforcement } = changeOn(7, { 'cell-1': 12, 'cell-9': 'unknown' }).enforcement;
  events = [
    ['hello', { ...hello, reportsSince: '2026-11-22T09:50:00.000000Z' }],
    ['change', { ...change(7), reach: null }],
    ['enforcement', { seq: 7, ...enforcement, cells }],
    ['end', {}],
  ];
  const { out, err } = await heddle('--from', '7');
  expect(err).toMatch(/^what cells said before 2026-11-22T09:50:00.000000Z is not kept in its order/);
  expect(out).toContain(
    '    ✓  cell-1 enforced change 7 12 ms after it\n    ?  cell-9 has not said that it enforces change 7\n',
  );
  expect(out).toContain('heddle reach diff --since 6 --until 7');
});

it.each([
  [{}, 'nft -f'],
  [{ dataplane: 'nftables' }, 'nft -f'],
  [{ dataplane: 'iptables' }, 'iptables-restore --noflush'],
])(
  'prints the rules of a cell for what takes them, with what is not known of them as comments: %j',
  async (kind, taker) => {
    answer = {
      ...{ cell: 'cell/2', asOf: { seq: 7, time: hello.since }, at: hello.until, notes: ['x: not told'] },
      ...{ rules: 'some rules\n', ...kind },
    };
    const { exitCode, out, asked } = await heddle('--cell', 'cell/2', '--at', '7', '--render');
    expect([exitCode, asked]).toEqual([0, ['/api/v1/cells/cell%2F2/rules?at=7']]);
    expect(out).toBe(
      `# cell/2 at 2026-11-22 10:00:00.000 +00:00, as of change 7, 2026-11-22 09:40:00 +00:00, for ${taker}\n# x: not told\nsome rules\n`,
    );
    const json = JSON.parse((await heddle('--cell', 'x', '--render', '--output', 'json')).out) as unknown;
    expect(json).toEqual(answer);
  },
);

it('fails when the replay is broken off, and when it is refused', async () => {
  events = events.slice(0, 3);
  expect(await heddle('--from', '7')).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('broke the replay off') as string,
  });
  refused = {
    type: 'about:blank',
    title: 'x',
    status: 404,
    code: 'no-such-change',
    detail: 'from: there is no change 7',
  };
  expect(await heddle('--from', '7')).toMatchObject({
    ...{ exitCode: 2, out: '', err: 'the control plane refused this: from: there is no change 7\n' },
  });
});

it.each([
  [[], 'missing: --from'],
  [['--render'], 'missing: --cell'],
  [['--from', '7', '--at', '7'], 'missing: --render'],
  [['--from', '7', '--render'], "cannot be used with option '--from <moment>'"],
  [['--from', 'yesterday'], "--from is 'yesterday'"],
  [['--from', '7', '--speed', '0'], "--speed is '0'"],
])('refuses %j', async (argv, sentence) => {
  const { exitCode, err, asked } = await heddle(...argv);
  expect([exitCode, asked]).toEqual([2, []]);
  expect(err).toContain(sentence);
});

describe('a replay whose connection is lost', () => {
  /** What each connection does, one after the other; the last one again and again. */
  async function heddleOver(...connections: ((response: ServerResponse) => void)[]) {
    await plane.close();
    let opened = 0;
    plane = await fakeControlPlane((_, response) =>
      connections[Math.min(opened++, connections.length - 1)]?.(response),
    );
    const result = await heddle('--from', '7', '--speed', '2', '--output', 'json');
    const kinds = result.out.trimEnd().split('\n').filter(Boolean);
    const ids = plane.asked.map(({ headers }) => headers['last-event-id']);
    return { ...result, ids, kinds: kinds.map((line) => (JSON.parse(line) as { kind: string }).kind) };
  }
  const cut =
    (from: number, to: number, greeting = hello) =>
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const all: [string, object][] = [['hello', greeting], ...told.slice(from, to)];
      const texts = all.map(([event, data], i) => {
        const id = `id: at-${i === 0 ? from : from + i}\n`;
        return `${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      });
      response.write(texts.join(''));
      setTimeout(() => response.destroy(), 50);
    };
  const refuse = (status: number, problem: object) => (response: ServerResponse) =>
    answerJson(response, { type: 'about:blank', title: 'x', ...problem }, status);
  const away = refuse(503, { code: 'log-unavailable', detail: 'the log is not there' });

  it('goes on behind the last event, tells each once, and says so on stderr', async () => {
    const { exitCode, kinds, ids, asked, err } = await heddleOver(cut(0, 2), away, cut(2, 2), cut(2, 3), cut(3, 6));
    expect(exitCode).toBe(0);
    expect(kinds).toEqual(['placement', 'change', 'receipt', 'placement']);
    expect(ids).toEqual([undefined, 'at-2', 'at-2', 'at-2', 'at-3']);
    expect(new Set(asked)).toEqual(new Set(['/api/v1/replay?from=7&speed=2']));
    expect(err).toMatch(/^the replay is cut off \(.*\): trying to go on\nthe replay goes on where it was cut off\n/);
    expect(err.split('\n').filter((line) => line.startsWith('the replay is cut off'))).toHaveLength(2);
  }, 20_000);

  it('goes on from its beginning where nothing was told yet', async () => {
    const { exitCode, kinds, ids } = await heddleOver(cut(0, 0), cut(0, 6));
    expect([exitCode, kinds.length, ids]).toEqual([0, 4, [undefined, 'at-0']]);
  });

  it('does not go on in another log', async () => {
    const { exitCode, err } = await heddleOver(cut(0, 2), refuse(400, { code: 'unknown-event-id', detail: 'x' }));
    expect(exitCode).toBe(2);
    expect(err).toContain('the log is not the one that was shown until now: go on with --from 7\n');
  });

  it('is not tried again when the token is refused meanwhile', async () => {
    const { exitCode, ids } = await heddleOver(cut(0, 2), refuse(401, { code: 'unauthenticated', detail: 'expired' }));
    expect([exitCode, ids.length]).toEqual([2, 2]);
  });
});
