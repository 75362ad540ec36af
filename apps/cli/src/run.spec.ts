import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stopped } from './endings';
import { run } from './run';
import { capturedIo } from './testing/captured-io';

/** Nobody listens there: whatever asks before it has checked its arguments ends with 1 instead of 2. */
const NOWHERE = 'http://127.0.0.1:9';

/** Runs words separated by single spaces. */
async function result(line: string, env: Record<string, string> = {}) {
  const io = capturedIo({ HEDDLE_URL: NOWHERE, ...env });
  const exitCode = await run(line === '' ? [] : line.split(' '), io);
  return { exitCode, out: io.out(), err: io.err() };
}

describe('what is refused before anything is asked', () => {
  const see = (command: string) => `see: heddle ${command} --help\n`;

  it.each([
    ['policy add a b --port 1', `required option '--protocol <protocol>' not specified\n${see('policy add')}`],
    ['policy add a b --protocol tcp', `required option '--port <n | n-m>' not specified\n${see('policy add')}`],
    ['policy add a --protocol tcp --port 1', `missing required argument 'destination'\n${see('policy add')}`],
    [
      'policy remove a b --protocol sctp --port 1',
      `option '--protocol <protocol>' argument 'sctp' is invalid. Allowed choices are tcp, udp.\n${see('policy remove')}`,
    ],
    [
      'policy add a b --protocol tcp --port 0',
      "--port is '0', but must be a port or a range of ports from 1 to 65535, such as 8080 or 8080-8090\n",
    ],
    ['policy add a  --protocol tcp --port 1', 'destination is empty, but must be the GUID of an app\n'],
    [
      'policy add a b --protocol tcp --port 1 --wait soon',
      "--wait is 'soon', but must be a whole number from 0 to 86400\n",
    ],
    [
      'policy list --app a --source b',
      `option '--app <guid...>' cannot be used with option '--source <guid>'\n${see('policy list')}`,
    ],
    ['changes --limit 501', "--limit is '501', but must be a whole number from 1 to 500\n"],
    [
      'changes --since 1h --until 2h',
      '--since (2026-11-22T09:00:00.000Z) is later than --until (2026-11-22T08:00:00.000Z): exchange them\n',
    ],
    ['changes --follow --until 1h', `option '--follow' cannot be used with option '--until <time>'\n${see('changes')}`],
    ['changes show', `missing required argument 'seq'\n${see('changes show')}`],
    ['changes show x', "seq is 'x', but must be the number of a change, such as 12\n"],
    ['cells now', `too many arguments for 'cells'. Expected 0 arguments but got 1.\n${see('cells')}`],
    ['lease history', `missing required argument 'cell | subnet'\n${see('lease history')}`],
    ['lease release ', 'the cell is empty, but must be a name such as cell-7, or a subnet\n'],
    ['lease fence cell-1 --reason  ', '--reason is empty: say why, or leave it out\n'],
    ['lease history cell-1 --limit 0', "--limit is '0', but must be a whole number from 1 to 500\n"],
    [
      'lease history cell-1 --since 1h --until 2h',
      '--since (2026-11-22T09:00:00.000Z) is later than --until (2026-11-22T08:00:00.000Z): exchange them\n',
    ],
    ['wait', `required option '--change <n>' not specified\n${see('wait')}`],
    ['wait --change 1 --timeout 86401', "--timeout is '86401', but must be a whole number from 0 to 86400\n"],
    ['cells --url nowhere', "--url is 'nowhere', but must be a URL with http:// or https://\n"],
    [
      'cells --output xml',
      `option '--output <format>' argument 'xml' is invalid. Allowed choices are table, json, yaml.\n${see('cells')}`,
    ],
    ['cels', "unknown command 'cels'\n(Did you mean one of cell, cells?)\nsee: heddle --help\n"],
    ['cels --help', "unknown command 'cels'\n(Did you mean one of cell, cells?)\nsee: heddle --help\n"],
    ['help cels', "unknown command 'cels'\n(Did you mean one of cell, cells?)\nsee: heddle --help\n"],
    ['policy ad --help', `unknown command 'ad'\n(Did you mean add?)\n${see('policy')}`],
    ['help policy ad', `unknown command 'ad'\n(Did you mean add?)\n${see('policy')}`],
    ['cells --colour', `unknown option '--colour'\n${see('cells')}`],
  ])('heddle %s', async (line, err) => expect(await result(line)).toEqual({ exitCode: 2, out: '', err }));

  it('a wrong setting', async () =>
    expect(await result('cells', { HEDDLE_URL: 'nowhere' })).toEqual({
      exitCode: 2,
      out: '',
      err: "HEDDLE_URL is 'nowhere', but must be a URL with http:// or https://\n",
    }));

  it('a missing token', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'heddle-cli-'));
    expect(await result('cells', { HEDDLE_TOKEN: '', HEDDLE_DATA_DIR: dataDir })).toEqual({
      exitCode: 2,
      out: '',
      err: `there is no token at ${dataDir}/admin.token: npm start makes one there; or set HEDDLE_DATA_DIR or HEDDLE_TOKEN, or use --token-file\n`,
    });
    rmSync(dataDir, { recursive: true });
  });
});

it('gives help on stdout when it is asked for, and on stderr when a word is missing', async () => {
  const asked = await result('policy --help');
  expect(asked).toEqual({ exitCode: 0, out: expect.stringMatching(/^Usage: heddle policy /), err: '' });
  expect(await result('policy')).toEqual({ exitCode: 2, out: '', err: asked.out });
});

it.each([
  ['help', '--help'],
  ['help policy', 'policy --help'],
  ['help policy add', 'policy add --help'],
  ['policy help add', 'policy add --help'],
])('heddle %s is heddle %s', async (line, same) => {
  const asked = await result(same);
  expect(asked).toMatchObject({ exitCode: 0, err: '', out: expect.stringMatching(/^Usage: /) });
  expect(await result(line)).toEqual(asked);
});

it('says which version it is', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string };
  expect(await result('--version')).toEqual({ exitCode: 0, out: `${version}\n`, err: '' });
});

it('prints the link to the dashboard without asking', async () => {
  const link = 'https://example.org/heddle/dashboard/#token=a%2Bb';
  const env = { HEDDLE_URL: 'https://example.org/heddle/', HEDDLE_TOKEN: 'a+b' };
  expect(await result('dashboard', env)).toEqual({ exitCode: 0, out: `${link}\n`, err: '' });
  expect(JSON.parse((await result('dashboard --output json', env)).out)).toEqual({ url: link });
});

it('prefers --url to HEDDLE_URL, whatever that is', async () =>
  expect(await result('dashboard --url http://[::1]:4002', { HEDDLE_URL: 'nowhere' })).toMatchObject({
    out: 'http://[::1]:4002/dashboard/#token=secret\n',
  }));

it('ends with the exit code of whatever stops it', async () => {
  const io = capturedIo({ HEDDLE_URL: NOWHERE });
  io.stop(new Stopped(130));
  expect(await run(['cells'], io)).toBe(130);
  expect(io.err()).toBe('');
});

it('calls a bug a bug, with its trace', async () => {
  const io = {
    ...capturedIo(),
    now: () => {
      throw new Error('the clock is broken');
    },
  };
  expect(await run(['changes', '--since', '5m ago'], io)).toBe(70);
  expect(io.err()).toMatch(/^Error: the clock is broken\n {4}at .*\nThis is a bug in Heddle: /s);
});
