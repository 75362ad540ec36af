import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LeaseClient, type LeaseMessage } from '@heddle/cell-protocol';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../support/control-plane-process';

/** 10.255.0.0/16 in blocks of /24; the first of them is for single addresses. */
const BLOCKS = 255;
const QUARANTINE_S = 15;
/** The whole pool is asked for at once, on a busy machine. */
const PATIENCE_MS = 60_000;
const REFUSED = { name: 'LeaseRefused', code: 'no-lease-available' };

describeOnEachDatabase('the pool of two control planes', (databases) => {
  let nats: TestNats;
  let directory: string;
  let leases: LeaseClient;
  let held: LeaseMessage[] = [];
  const planes: ControlPlaneProcess[] = [];

  beforeAll(async () => {
    nats = await startTestNats();
    directory = await mkdtemp(join(tmpdir(), 'heddle-pool-'));
    const location = await databases.fresh();
    const settings = {
      HEDDLE_LEASE_QUARANTINE: String(QUARANTINE_S),
      // PostgreSQL is shared; on SQLite each process has the file in its own data directory.
      ...('databaseUrl' in location && { DATABASE_URL: location.databaseUrl }),
    };
    for (const name of ['a', 'b'])
      planes.push(await ControlPlaneProcess.start(nats, join(directory, name), nats.url, settings));
    leases = new LeaseClient(await nats.connect('cell'), PATIENCE_MS);
  }, 90_000);
  afterAll(async () => {
    for (const plane of planes.splice(0)) await plane.stop();
    await nats?.stop();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  /** Which control plane answers is up to the nats-server. */
  async function acquire(n: number): Promise<LeaseMessage> {
    const underlayAddress = `10.0.${n >> 8}.${n & 255}`;
    return (await leases.acquire({ cell: `cell-${n}`, incarnation: randomUUID(), underlayAddress })).lease;
  }
  const lease = (index: number) => held[index] as LeaseMessage;

  it(
    'gives each block to one of so many cells that ask at once, and refuses the next',
    async () => {
      held = await Promise.all(Array.from({ length: BLOCKS }, (_, n) => acquire(n)));
      const blocks = Array.from({ length: BLOCKS }, (_, n) => `10.255.${n + 1}.0/24`);
      expect(held.map(({ overlaySubnet }) => overlaySubnet).sort()).toEqual(blocks.sort());
      expect(new Set(held.map(({ overlayHardwareAddress }) => overlayHardwareAddress)).size).toBe(BLOCKS);
      for (let n = 0; n < 10; n++) await expect(acquire(BLOCKS)).rejects.toMatchObject(REFUSED);
    },
    2 * PATIENCE_MS,
  );

  /** Who loses a race loses it to another writer. */
  it('has both of them decide', async () => {
    const lost = planes.map(async (plane) => {
      const { body } = await plane.request('GET', '/metrics');
      return Number(/^heddle_append_conflicts_total\{topic="lease",.*\} (\d+)$/m.exec(body)?.[1]);
    });
    expect(Math.max(...(await Promise.all(lost)))).toBeGreaterThan(0);
  });

  it('gives what was released longest ago first', async () => {
    for (const index of [200, 7, 90]) await leases.release(lease(index));
    for (const index of [200, 7, 90])
      expect((await acquire(1_000 + index)).overlaySubnet).toBe(lease(index).overlaySubnet);
    await expect(acquire(BLOCKS)).rejects.toMatchObject(REFUSED);
  });

  it(
    'gives what was taken from its holder only once its quarantine is over',
    async () => {
      const { overlaySubnet: subnet } = lease(30);
      expect(await planes[0]?.request('POST', '/api/v1/leases/fence', { subnet })).toMatchObject({ status: 200 });
      await expect(acquire(BLOCKS)).rejects.toMatchObject(REFUSED);
      let next: LeaseMessage | undefined;
      await until(async () => (next = await acquire(BLOCKS).catch(() => undefined)) !== undefined, {
        withinMs: PATIENCE_MS,
      });
      expect(next?.overlaySubnet).toBe(subnet);
    },
    2 * PATIENCE_MS,
  );
});
