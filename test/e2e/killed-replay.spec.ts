import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReportSender } from '@heddle/cell-protocol';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import { run } from '../../apps/cli/src/run';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { runHeddle } from '../support/heddle-command';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

const CHANGES = 5;
/** So slow that a replay lasts longer than a control plane takes to be killed and started. */
const SLOWLY = ['--speed', '0.02'];

describe('a replay whose control plane is killed', () => {
  let nats: TestNats;
  let dataDir: string;
  let port: string;
  let plane: ControlPlaneProcess;

  beforeAll(async () => {
    nats = await startTestNats();
    dataDir = await mkdtemp(join(tmpdir(), 'heddle-replay-'));
    port = String(await freePort());
    plane = await start();
    const sender = new ReportSender(await nats.connect('cell'), 'cell-1');
    for (let seq = 1; seq <= CHANGES; seq++) {
      const { status } = await plane.request('POST', POLICIES, policiesBody(wirePolicy(`app-${seq}`, 'db')));
      expect(status).toBe(200);
      const container = { handle: `db-${seq}`, app: 'db', index: 0, address: '10.255.1.2', space: null, org: null };
      sender.holds({ cell: 'cell-1', containers: [container] });
      const receipt = { documents: [], enforcedAtMs: Date.now(), flowsCut: 0 };
      sender.enforced({ cell: 'cell-1', enforcedUpTo: seq, changes: [seq], ...receipt });
      await until(async () => (await whole()).filter((line) => line.includes('"receipt"')).length === seq);
    }
    await sender.close();
  }, 120_000);
  afterAll(async () => {
    await plane?.stop();
    await nats?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = () => ControlPlaneProcess.start(nats, dataDir, nats.url, { HEDDLE_HTTP_PORT: port });
  const whole = async (): Promise<string[]> => {
    const { exitCode, out, err } = await runHeddle(['replay', '--from', '1', '--output', 'json'], plane);
    expect([exitCode, err]).toEqual([0, '']);
    return out.trimEnd().split('\n');
  };

  it('goes on with the next one, and tells everything once and in its order', async () => {
    const expected = await whole();
    let [out, err] = ['', ''];
    const told = () => out.split('\n').length - 1;
    const ended = run(['replay', '--from', '1', ...SLOWLY, '--output', 'json'], {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      env: { HEDDLE_URL: plane.url, HEDDLE_TOKEN: plane.token },
      signal: AbortSignal.timeout(150_000),
      now: () => new Date(),
      timeZone: 'UTC',
    });
    for (let deaths = 1; deaths <= 2; deaths++) {
      const before = told();
      await until(() => told() > before + 1, { withinMs: 60_000 });
      await plane.kill();
      const atDeath = told();
      plane = await start();
      expect(atDeath).toBeLessThan(expected.length);
      await until(() => told() > atDeath, { withinMs: 60_000 });
      expect(err.match(/the replay is cut off \(.*\): trying to go on\n/g)).toHaveLength(deaths);
      expect(err.match(/the replay goes on where it was cut off\n/g)).toHaveLength(deaths);
    }
    expect(await ended).toBe(0);
    expect(out.trimEnd().split('\n')).toEqual(expected);
  }, 240_000);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
