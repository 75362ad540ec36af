import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeAsRoot, RunningHeddle } from '@heddle/testing';

const BUILD = join(__dirname, '../../dist/apps');
const LAUNCHER = join(BUILD, 'launcher/src/main.js');
/** To `pgrep`: processes that share this one's mounts, and so its names of namespaces, and no other lab's. */
const IN_THIS_NETWORK = ['--ns', `${process.pid}`, '--nslist', 'mnt'];

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'heddle-start-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
afterEach(() => RunningHeddle.stopAll(), 60_000);

/** Starts Heddle in surroundings that do not let it work. @param hidden a directory to hide from it, which takes root */
function startIn(
  environment: NodeJS.ProcessEnv,
  hidden?: string,
): { status: number | null; lines: string[]; stdout: string } {
  const start = [process.execPath, LAUNCHER];
  const [command = '', ...args] = hidden
    ? ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs none ${hidden} && exec "$@"`, 'sh', ...start]
    : start;
  const { status, stderr, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      HEDDLE_LOG_LEVEL: 'silent',
      HEDDLE_HTTP_PORT: '0',
      HEDDLE_LAB: 'off',
      HEDDLE_DATA_DIR: join(directory, 'data'),
      ...environment,
    },
  });
  return { status, lines: stderr.split('\n').filter(Boolean), stdout };
}

/** A search path with some programs and no others. */
function pathWith(...programs: string[]): string {
  const bin = mkdtempSync(join(directory, 'bin-'));
  for (const program of programs) {
    symlinkSync(execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim(), join(bin, program));
  }
  return bin;
}

describe('where Heddle cannot be started, one line says what is wrong and what to do', () => {
  const isFile = (): string => {
    const path = join(directory, 'a-file');
    writeFileSync(path, '');
    return path;
  };
  it.each<[string, () => NodeJS.ProcessEnv, RegExp]>([
    [
      'a data directory that cannot be written',
      () => ({ HEDDLE_DATA_DIR: join(isFile(), 'data') }),
      /data directory .*a-file\/data cannot be written.*HEDDLE_DATA_DIR/,
    ],
    ['a setting with a wrong value', () => ({ HEDDLE_LAB_CELLS: 'many' }), /^HEDDLE_LAB_CELLS is 'many', but must be /],
    [
      'an unknown setting',
      () => ({ HEDDLE_HTTP_PROT: '1' }),
      /^HEDDLE_HTTP_PROT is not known: did you mean HEDDLE_HTTP_PORT\?/,
    ],
  ])(
    '%s',
    (name, environment, sentence) => {
      const { status, lines, stdout } = startIn(environment());
      expect(lines).toEqual([expect.stringMatching(sentence)]);
      expect(status).toBe(name.includes('setting') ? 2 : 1);
      expect(stdout).toBe('');
    },
    90_000,
  );

  it('a port in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const { status, lines } = startIn({ HEDDLE_HTTP_PORT: String(port) });
    expect(lines).toEqual([`127.0.0.1:${port} is in use: choose another with HEDDLE_HTTP_PORT`]);
    expect(status).toBe(1);
    taken.close();
  }, 60_000);
});

describeAsRoot('a missing program is named, with the package that has it', () => {
  it('nats-server', () => {
    const { status, lines } = startIn({}, '/usr/sbin');
    expect(lines).toEqual([expect.stringMatching(/^nats-server is not installed: install it .*nats-server.*NATS_URL/)]);
    expect(status).toBe(1);
  }, 90_000);

  it('nft, where a lab is asked for', () => {
    const path = pathWith('sh', 'nats-server', 'setpriv', 'ip', 'nsenter');
    const { status, lines } = startIn({ PATH: path, HEDDLE_LAB: 'on' });
    expect(lines).toEqual([expect.stringMatching(/nft cannot be found: install them \(apt install nftables\)/)]);
    expect(status).toBe(1);
  }, 90_000);
});

it('starts without the lab where it is switched off, and says so', async () => {
  const heddle = await RunningHeddle.start({ HEDDLE_LAB: 'off' });
  expect(heddle.printed()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\nThere is no lab: HEDDLE_LAB is off\.\n/);
  expect((await heddle.request('GET', '/healthz')).status).toBe(200);
  expect(await heddle.stop()).toBe(0);
}, 60_000);

describeAsRoot('the lab', () => {
  const left = () => ({
    namespaces: execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).match(
      /^heddle-(cell|underlay|visitor|homeowner)\S*/gm,
    ),
    links: execFileSync('ip', ['-br', 'link'], { encoding: 'utf8' }).match(/^heddle-\S+/gm),
    processes: spawnSync('pgrep', [...IN_THIS_NETWORK, '-f', `${BUILD}/(launcher|control-plane|cell-agent|demo)/`], {
      encoding: 'utf8',
    }).stdout.trim(),
  });
  const nothing = { namespaces: null, links: null, processes: '' };

  it('is gone with the process that made it; what to try next is printed', async () => {
    expect(left()).toEqual(nothing);
    const heddle = await RunningHeddle.start({ HEDDLE_LAB: 'on' });
    expect(heddle.printed()).toMatch(
      /curl .* http:\/\/10\.255\.2\.2:8080 .*refused.*\n {2}bin\/heddle policy add visitor homeowner/,
    );
    expect(left().namespaces).toHaveLength(5);
    expect(await heddle.stop()).toBe(0);
    expect(left()).toEqual(nothing);
  }, 120_000);

  it('that a kill -9 left behind is removed by the next start, which keeps the data', async () => {
    const dataDir = join(directory, 'kept');
    const killed = await RunningHeddle.start({ HEDDLE_LAB: 'on', HEDDLE_DATA_DIR: dataDir });
    const before = await killed.get<{ position: number }>('/healthz');
    await killed.kill();
    const next = await RunningHeddle.start({ HEDDLE_LAB: 'on', HEDDLE_LAB_CELLS: '3', HEDDLE_DATA_DIR: dataDir });
    expect((await next.get<{ position: number }>('/healthz')).position).toBe(before.position + 1);
    expect((await next.get<{ cells: unknown[] }>('/api/v1/cells')).cells).toHaveLength(3);
    expect(await next.stop()).toBe(0);
    expect(left()).toEqual(nothing);
  }, 120_000);

  it('is left alone by a second start, which goes without', async () => {
    const first = await RunningHeddle.start({ HEDDLE_LAB: 'on' });
    const second = await RunningHeddle.start({ HEDDLE_LAB: 'auto' });
    expect(second.printed()).toContain(`There is no lab: the lab of process ${first.pid} is running`);
    await second.stop();
    expect(left().namespaces).toHaveLength(5);
    await first.stop();
    expect(left()).toEqual(nothing);
  }, 120_000);
});
