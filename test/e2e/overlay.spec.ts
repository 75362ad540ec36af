import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { LeaseClient, LeaseRefused, stateSubject } from '@heddle/cell-protocol';
import { describeAsRoot, NetworkNamespace, startTestNats, type TestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { addressOf, OverlayCells, type OverlayCell } from '../support/overlay-cells';
import { until } from '../support/processes';

/** Seven subnets for cells; a cell that has not renewed for three seconds counts as silent. */
const SETTINGS = {
  HEDDLE_OVERLAY_NETWORKS: '10.250.0.0/21',
  HEDDLE_LEASE_RENEW_INTERVAL: '1',
  HEDDLE_LEASE_QUARANTINE: '1',
};

interface Status {
  readonly isStale: boolean;
  readonly lease: { readonly overlaySubnet: string } | null;
  readonly alarms: readonly { readonly code: string }[];
}

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
    control = await startControl();
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
  const status = async (number: number) => (await at(number).agent.status()) as unknown as Status;
  const subnetOf = async (number: number): Promise<string> => (await status(number)).lease?.overlaySubnet ?? 'none';
  const alarmsOf = async (number: number) => (await status(number)).alarms.map(({ code }) => code);
  /** What is on its way to the cell still gets there, so this waits until the cell knows that it is cut off. */
  const cutOff = async (number: number): Promise<void> => {
    at(number).cutOff();
    await until(`cell ${number} is cut off`, async () => (await alarmsOf(number)).includes('stale'));
  };
  const startControl = () => ControlPlaneProcess.start(nats, dataDir, nats.url, SETTINGS);
  const post = async (path: string, body: unknown): Promise<void> =>
    expect(await control.request('POST', `/api/v1/leases/${path}`, body)).toMatchObject({ status: 200 });
  /** Every cell reaches every other one over its tunnels, with the longest packets too, and has no fault of its own. */
  const allReachEachOther = async (...numbers: number[]) => {
    const subnets = new Map<number, string>();
    for (const number of numbers) subnets.set(number, await subnetOf(number));
    const others = (number: number) => [...subnets.values()].filter((subnet) => subnet !== subnets.get(number)).sort();
    await until(
      `${numbers.join()} know each other`,
      () => numbers.every((number) => isDeepStrictEqual(at(number).routes().sort(), others(number))),
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

  it('leads no more to one that was taken out, whose subnet is free again', async () => {
    const subnet = await subnetOf(6);
    expect(await at(6).tearDown()).toBe(0);
    expect(at(6).namespace.has('silk-vtep')).toBe(false);
    await until('nobody has a route to it', () =>
      [1, 2, 3, 4, 5].every((number) => !at(number).routes().includes(subnet)),
    );
    await allReachEachOther(1, 2, 3, 4, 5);
    const { body } = await control.request('GET', '/api/v1/leases');
    expect(body).not.toContain(subnet);
    await cells.destroy(6);
  }, 120_000);

  it('works on at a cell that restarts while nobody can be asked, and takes containers there', async () => {
    const cell = at(1);
    // It writes down what it knows once a second.
    await delay(1_500);
    await cell.stop('SIGKILL');
    cell.cutOff();
    await cell.start();
    expect(await status(1)).toMatchObject({ isStale: true });
    expect(cell.routes()).toHaveLength(4);
    const container = NetworkNamespace.create('hov-web');
    const added = await cell.agent.add({ handle: 'web-0', app: 'web', index: 0, netns: container.path });
    expect(added.address).toMatch(/^10\.250\./);
    await cell.agent.remove('web-0');
    container.delete();
    expect(await cell.agent.check()).toMatchObject({ findings: [] });
    cell.mend();
    await until('the cell has somebody to ask', async () => !(await status(1)).isStale);
  }, 120_000);

  it('goes on while the control plane is gone, and takes in a cell that joins meanwhile', async () => {
    const joining = cells.make(7).start();
    await control.kill();
    await allReachEachOther(1, 2, 3, 4, 5);
    await delay(2_000);
    control = await startControl();
    await joining;
    await allReachEachOther(1, 2, 3, 4, 5, 7);
  }, 120_000);

  it('is as it was at a cell that is cut off for a minute while leases change, and right after that', async () => {
    const [gone, cut] = [await subnetOf(7), at(4)];
    const before = cut.routes();
    await cutOff(4);
    const begun = performance.now();
    expect(await at(7).tearDown()).toBe(0);
    await cells.destroy(7);
    await cells.add(8);
    await until('the others know', () => [1, 2, 3, 5].every((number) => at(number).routes().length === 5), LONG_MS);
    await delay(Math.max(0, 60_000 - (performance.now() - begun)));
    expect([cut.routes(), await alarmsOf(4)]).toEqual([before, ['stale']]);
    expect(before).toContain(gone);
    cut.mend();
    await allReachEachOther(1, 2, 3, 4, 5, 8);
    expect(await alarmsOf(4)).toEqual([]);
  }, 180_000);

  it('follows a cell to another underlay address, with the subnet it had', async () => {
    const subnet = await subnetOf(2);
    await at(2).stop();
    at(2).moveTo(addressOf(22));
    await at(2).start();
    expect(await subnetOf(2)).toBe(subnet);
    await allReachEachOther(1, 2, 3, 4, 5, 8);
  }, 120_000);

  it('gives a machine with the underlay address of a dead one a subnet of its own, once that one is silent', async () => {
    const subnet = await subnetOf(3);
    await cells.destroy(3);
    await cells.add(9, { underlayAddress: addressOf(3) });
    expect(await subnetOf(9)).not.toBe(subnet);
    await allReachEachOther(1, 2, 4, 5, 8, 9);
    expect(at(1).routes()).not.toContain(subnet);
  }, 120_000);

  it('of two cells that claim one subnet lets the later one have it; the other stops forwarding, and says so', async () => {
    const subnet = await subnetOf(5);
    await cutOff(5);
    await post('fence', { subnet });
    await delay(1_500);
    // A machine that was made from a copy of the disk remembers that subnet.
    await copyFile(at(5).keptState, cells.make(10).keptState);
    await at(10).start();
    expect([await subnetOf(5), await subnetOf(10)]).toEqual([subnet, subnet]);
    const leases = new LeaseClient(await nats.connect('cell'));
    const fillers = await takeAll(leases);
    at(5).mend();
    await until('the earlier one has no lease', async () => (await subnetOf(5)) === 'none', LONG_MS);
    await until('it says so', async () => {
      const { body } = await control.request('GET', '/api/v1/cells');
      return body.includes(`cell-5 lost ${subnet}`);
    });
    expect(at(5).namespace.has('silk-vtep')).toBe(false);
    expect(await alarmsOf(5)).toContain('lease-lost');
    for (const filler of fillers) await leases.release(filler);
    await until('it has another', async () => !['none', subnet].includes(await subnetOf(5)), LONG_MS);
    await allReachEachOther(1, 2, 4, 5, 8, 9, 10);
    expect(await alarmsOf(5)).toEqual([]);
  }, 180_000);

  it('loses nothing by documents that cannot be read, nor by their loss', async () => {
    const before = at(1).routes();
    const connection = await nats.connect('control');
    await connection.jetstream().publish(stateSubject.lease('cell-2'), '{"cell":"cell-2"');
    await until('the cell says so', async () => (await alarmsOf(1)).includes('malformed-document'));
    expect(at(1).routes()).toEqual(before);
    const { streams } = await connection.jetstreamManager();
    const isStored = () =>
      streams.getMessage('HEDDLE_STATE', { last_by_subj: stateSubject.lease('cell-2') }).then(
        () => true,
        () => false,
      );
    await streams.purge('HEDDLE_STATE');
    await until('the control plane has made them anew', isStored, LONG_MS);
    await until('nothing is wrong', async () => (await alarmsOf(1)).length === 0, LONG_MS);
    expect(at(1).routes()).toEqual(before);
    // Without a control plane nobody does so.
    await control.kill();
    await streams.purge('HEDDLE_STATE');
    await at(1).stop();
    await at(1).start();
    await until('it doubts that', async () => (await alarmsOf(1)).includes('implausible-leases'), LONG_MS);
    expect(at(1).routes()).toEqual(before);
    control = await startControl();
    await until('the documents are there again', async () => (await alarmsOf(1)).length === 0, LONG_MS);
    await allReachEachOther(1, 2, 4, 5, 8, 9, 10);
  }, 180_000);
});

/** Takes every subnet that is left, for machines that are not there. */
async function takeAll(leases: LeaseClient): Promise<{ cell: string; incarnation: string }[]> {
  const taken: { cell: string; incarnation: string }[] = [];
  for (let n = 1; ; n++) {
    const asking = { cell: `filler-${n}`, incarnation: randomUUID() };
    try {
      await leases.acquire({ ...asking, underlayAddress: addressOf(100 + n) });
      taken.push(asking);
    } catch (error) {
      if (error instanceof LeaseRefused && error.code === 'no-lease-available') return taken;
      throw error;
    }
  }
}
