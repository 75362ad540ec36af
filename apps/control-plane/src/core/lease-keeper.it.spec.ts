import { randomUUID } from 'node:crypto';
import { ensureRenewalStream, LeaseClient } from '@heddle/cell-protocol';
import { leaseDecider, parseBlock, type Lease } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower, LogUnavailable, type LoggedEvent } from '@heddle/event-log';
import { createLogger } from '@heddle/platform';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import { CellPresence } from './cell-presence';
import { LeaseKeeper } from './lease-keeper';

const logger = createLogger({ name: 'test', level: 'silent' });
const EXPIRY_MS = 300;
const on = (n: number, incarnation: string) => ({ cell: `cell-${n}`, incarnation, underlayAddress: `10.0.0.${n}` });
const [first, second, reborn] = [randomUUID(), randomUUID(), randomUUID()];

let nats: TestNats;
let log: InMemoryEventLog;
let events: LoggedEvent[];
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  nats = await startTestNats();
  log = new InMemoryEventLog();
  events = [];
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await nats.stop();
});

/** The leases of one control plane. */
async function open({ expiryMs = EXPIRY_MS, lookMs = EXPIRY_MS, silentAfterMs = 60_000 } = {}) {
  const connection = await nats.connect('control');
  await ensureRenewalStream(connection, expiryMs);
  const follower = new LogFollower(log);
  const plan = { networks: [parseBlock('10.255.0.0/16')], blockPrefixLength: 24 };
  const ledger = new Ledger('lease', leaseDecider(plan), log, follower);
  const presence = new CellPresence(connection, { expiryMs, lookMs });
  const keeper = new LeaseKeeper(ledger, presence, { quarantineMs: 60_000, silentAfterMs }, logger);
  follower.subscribe((event) => void events.push(event));
  await follower.start();
  closing.push(
    () => follower.close(),
    () => keeper.close(),
  );
  await keeper.start();
  return { keeper, cells: () => [...ledger.state.byCell.values()].map(({ cell }) => cell).sort() };
}
const types = () => events.map(({ type }) => type);

it('an acquired lease is a fact; the same cell that asks again gets the same lease, and that is none', async () => {
  const { keeper } = await open();
  const lease = await keeper.acquire(on(1, first));
  expect(lease).toMatchObject({ ...on(1, first), incarnationNumber: 1, overlaySubnet: '10.255.1.0/24' });
  expect(await keeper.acquire(on(1, first))).toEqual(lease);
  expect(events).toMatchObject([{ topic: 'lease', type: 'lease-acquired.v1', actor: { name: 'cell-1' } }]);
});

it('another incarnation fences the one before, then gets a block of its own: two facts', async () => {
  const { keeper } = await open({ expiryMs: 60_000 });
  await keeper.acquire(on(1, first));
  const lease = await keeper.acquire(on(1, reborn));
  expect(lease).toMatchObject({ incarnation: reborn, incarnationNumber: 2, overlaySubnet: '10.255.2.0/24' });
  expect(types()).toEqual(['lease-acquired.v1', 'lease-fenced.v1', 'lease-acquired.v1']);
  await expect(keeper.acquire(on(1, first))).rejects.toMatchObject({ code: 'incarnation-superseded' });
});

it('an underlay address is refused while its holder renews, and given once it is silent', async () => {
  const { keeper } = await open({ expiryMs: 60_000, silentAfterMs: 200 });
  await keeper.acquire(on(1, first));
  const taker = { ...on(2, second), underlayAddress: '10.0.0.1' };
  await expect(keeper.acquire(taker)).rejects.toMatchObject({ code: 'underlay-address-taken' });
  await until(() =>
    keeper.acquire(taker).then(
      () => true,
      () => false,
    ),
  );
  expect(types()).toEqual(['lease-acquired.v1', 'lease-fenced.v1', 'lease-acquired.v1']);
});

it('a lease that its cell renews stays, without a fact, while one that is not renewed expires', async () => {
  const { keeper, cells } = await open();
  const client = new LeaseClient(await nats.connect('cell'));
  const kept = (await keeper.acquire(on(1, first))) as Parameters<typeof client.renew>[0];
  await keeper.acquire(on(2, second));
  await until(() => {
    client.renew(kept);
    return cells().length === 1;
  });
  expect(cells()).toEqual(['cell-1']);
  expect(events.slice(2)).toMatchObject([
    {
      ...{ type: 'lease-expired.v1', actor: { name: 'heddle' }, data: { lease: { cell: 'cell-2' } } },
      reason: expect.stringMatching(/^not renewed for \d+ s$/) as string,
    },
  ]);
});

it('who was heard of by one control plane is known to the next, which gives everyone time to renew first', async () => {
  const { keeper } = await open({ expiryMs: 60_000 });
  await keeper.acquire(on(1, first));
  const opened = performance.now();
  const { cells } = await open({ lookMs: 400 });
  await until(() => cells().length === 0);
  expect(performance.now() - opened).toBeGreaterThanOrEqual(400);
});

it('what cannot be expired now is expired later', async () => {
  const { keeper, cells } = await open();
  await keeper.acquire(on(1, first));
  let failures = 0;
  const append = log.append.bind(log);
  log.append = async (draft, head) => {
    if (failures++ < 2) throw new LogUnavailable('away');
    return append(draft, head);
  };
  await until(() => cells().length === 0);
  expect(failures).toBe(3);
});

it('a silk daemon that renews what nobody knows has it, and is then known by its address', async () => {
  const { keeper, cells } = await open();
  const [cell, overlaySubnet] = ['10.0.0.7', '10.255.7.0/24'];
  const lease: Lease = { cell, underlayAddress: cell, overlaySubnet, overlayHardwareAddress: 'ee:ee:0a:ff:07:00' };
  await keeper.renew(lease);
  expect(cells()).toEqual([cell]);
  await keeper.release({ cell });
  await keeper.release({ cell });
  expect(types()).toEqual(['lease-acquired.v1', 'lease-released.v1']);
});
