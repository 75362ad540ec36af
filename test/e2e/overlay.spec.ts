import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeAsRoot, NetworkNamespace, startTestNats, type TestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { OverlayCells, type OverlayCell } from '../support/overlay-cells';
import { until } from '../support/processes';

const SETTINGS = { HEDDLE_OVERLAY_NETWORKS: '10.250.0.0/21' };

/** For what waits for the start of a process on a busy machine. */
const LONG_MS = 60_000;

describeAsRoot('the overlay of cells that come and go', () => {
  let nats: TestNats;
  let dataDir: string;
  let control: ControlPlaneProcess;
  let cells: OverlayCells;

  beforeAll(async () => {
    nats = await startTestNats();
    dataDir = await mkdtemp(join(tmpdir(), 'heddle-overlay-'));
    control = await ControlPlaneProcess.start(nats, dataDir, nats.url, SETTINGS);
    cells = await OverlayCells.start('hov', nats, {
      HEDDLE_LEASE_RENEW_INTERVAL: '1',
      HEDDLE_OFFLINE_START_AFTER: '1',
    });
  }, 120_000);
  afterAll(async () => {
    await cells.stop();
    await control.stop();
    await nats.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 120_000);

  const at = (number: number): OverlayCell => cells.all.get(number) as OverlayCell;
  const status = async (number: number) =>
    (await at(number).agent.status()) as unknown as { isStale: boolean; lease: { overlaySubnet: string } | null };
  /** Every cell reaches every other one over its tunnels, with the longest packets too, and has no fault of its own. */
  const allReachEachOther = async (...numbers: number[]) => {
    await until(
      `${numbers.join()} know each other`,
      () => numbers.every((number) => at(number).routes().length === numbers.length - 1),
      LONG_MS,
    );
    const checks = await Promise.all(numbers.map((number) => at(number).agent.check()));
    expect(checks.map(({ findings }) => findings)).toEqual(numbers.map(() => []));
    expect(checks.map(({ probed }) => probed.length)).toEqual(numbers.map(() => numbers.length - 1));
  };

  it('carries packets between all of five cells', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((number) => cells.add(number)));
    await allReachEachOther(1, 2, 3, 4, 5);
  }, 120_000);

  it('leads to a sixth as soon as that has its lease', async () => {
    const starting = cells.make(6).start();
    const begun = performance.now();
    await until(
      'all know the sixth',
      () => [1, 2, 3, 4, 5].every((number) => at(number).routes().length === 5),
      LONG_MS,
    );
    console.log(`from the start of a sixth agent to a route on all five: ${Math.round(performance.now() - begun)} ms`);
    await starting;
    await allReachEachOther(1, 2, 3, 4, 5, 6);
  }, 120_000);

  it('works on at a cell that restarts while nobody can be asked, and takes containers there', async () => {
    const cell = at(1);
    await cell.stop('SIGKILL');
    cell.cutOff();
    await cell.start();
    expect(await status(1)).toMatchObject({ isStale: true });
    expect(cell.routes()).toHaveLength(5);
    const container = NetworkNamespace.create('hov-web');
    const added = await cell.agent.add({ handle: 'web-0', app: 'web', index: 0, netns: container.path });
    expect(added.address).toMatch(/^10\.250\./);
    await cell.agent.remove('web-0');
    container.delete();
    expect(await cell.agent.check()).toMatchObject({ findings: [] });
    cell.mend();
    await until('the cell has somebody to ask', async () => !(await status(1)).isStale);
  }, 120_000);
});
