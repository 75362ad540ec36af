import { setTimeout as delay } from 'node:timers/promises';
import { leaseDecider, parseBlock, type Lease } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower, LogUnavailable, type LoggedEvent } from '@heddle/event-log';
import { createLogger } from '@heddle/platform';
import { until } from '@heddle/testing';
import { LeaseKeeper } from './lease-keeper';

const logger = createLogger({ name: 'test', level: 'silent' });
const EXPIRY_MS = 200;
const on = (n: number) => ({ cell: `cell-${n}`, underlayAddress: `10.0.0.${n}` });

let log: InMemoryEventLog;
let events: LoggedEvent[];
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  log = new InMemoryEventLog();
  events = [];
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The leases of one control plane; `started` is when it has brought itself up to date. */
async function open(): Promise<{ keeper: LeaseKeeper; cells: () => string[] }> {
  const follower = new LogFollower(log);
  const plan = { network: parseBlock('10.255.0.0/16'), blockPrefixLength: 24 };
  const ledger = new Ledger('lease', leaseDecider(plan), log, follower);
  const keeper = new LeaseKeeper(ledger, EXPIRY_MS, logger);
  follower.subscribe((event) => void events.push(event));
  await follower.start();
  closing.push(
    () => follower.close(),
    () => keeper.close(),
  );
  return { keeper, cells: () => [...ledger.state.byCell.values()].map(({ cell }) => cell).sort() };
}
const types = () => events.map(({ type }) => type);

it('an acquired lease is a fact; the same cell that asks again gets the same lease, and that is none', async () => {
  const { keeper } = await open();
  const lease = await keeper.acquire(on(1));
  expect(lease).toMatchObject({ ...on(1), overlaySubnet: '10.255.1.0/24' });
  expect(await keeper.acquire(on(1))).toEqual(lease);
  expect(events).toMatchObject([
    { topic: 'lease', type: 'lease-acquired.v1', actor: { name: 'cell-1' }, address: '10.0.0.1' },
  ]);
});

it('a renewed lease stays, without a fact, while one that is not renewed expires', async () => {
  const { keeper, cells } = await open();
  keeper.start();
  const kept = await keeper.acquire(on(1));
  await keeper.acquire(on(2));
  await until(async () => {
    await keeper.renew({ lease: kept });
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

it('a lease does not expire before its time', async () => {
  const { keeper, cells } = await open();
  keeper.start();
  const acquired = performance.now();
  await keeper.acquire(on(1));
  await until(() => cells().length === 0);
  expect(performance.now() - acquired).toBeGreaterThanOrEqual(EXPIRY_MS - 1);
});

it('a cell that asks again counts as one that renews', async () => {
  const { keeper } = await open();
  keeper.start();
  const begun = performance.now();
  await keeper.acquire(on(1));
  while (performance.now() - begun < 2 * EXPIRY_MS) {
    await keeper.acquire(on(1));
    await delay(10);
  }
  expect(types()).toEqual(['lease-acquired.v1']);
});

it('every cell has the whole time again after a restart, however long the start takes', async () => {
  await (await open()).keeper.acquire(on(1));
  const { keeper, cells } = await open();
  await delay(EXPIRY_MS + 50);
  keeper.start();
  await delay(EXPIRY_MS / 2);
  expect(cells()).toEqual(['cell-1']);
  await until(() => cells().length === 0);
});

it('an expired lease can be renewed by its cell while nobody else has it, which is a fact again', async () => {
  const { keeper, cells } = await open();
  keeper.start();
  const lease = await keeper.acquire(on(1));
  await until(() => cells().length === 0);
  await keeper.renew({ lease });
  expect(cells()).toEqual(['cell-1']);
  await keeper.release({ cell: 'cell-1' });
  await keeper.release({ cell: 'cell-1' });
  expect(types()).toEqual(['acquired', 'expired', 'acquired', 'released'].map((what) => `lease-${what}.v1`));
});

it('what cannot be expired now is expired later', async () => {
  const { keeper, cells } = await open();
  await keeper.acquire(on(1));
  let failures = 0;
  const append = log.append.bind(log);
  log.append = async (draft, head) => {
    if (failures++ < 2) throw new LogUnavailable('away');
    return append(draft, head);
  };
  keeper.start();
  await until(() => cells().length === 0);
  expect(failures).toBe(3);
});

it('refuses what the domain refuses', async () => {
  const { keeper } = await open();
  const lease: Lease = await keeper.acquire(on(1));
  const wrong = { ...lease, overlaySubnet: '10.255.9.0/24' };
  await expect(keeper.renew({ lease: wrong })).rejects.toMatchObject({ code: 'lease-mismatch' });
  await expect(keeper.acquire({ ...on(2), underlayAddress: '10.0.0.1' })).rejects.toMatchObject({
    code: 'underlay-address-taken',
  });
});

it('closed, it expires nothing any more', async () => {
  const { keeper, cells } = await open();
  keeper.start();
  await keeper.acquire(on(1));
  await keeper.close();
  await delay(EXPIRY_MS + 100);
  expect(cells()).toEqual(['cell-1']);
});
