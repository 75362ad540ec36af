import { leaseDecider, parseBlock, type LeaseCommand } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower } from '@heddle/event-log';
import { LeaseEnds } from './lease-ends';

const plan = { networks: [parseBlock('10.255.0.0/16')], blockPrefixLength: 24 };
const by = { actor: { name: 'test' }, correlationId: 'c' };
const holder = (n: number) => ({ cell: `cell-${n}`, incarnation: `i${n}` });

it('counts what ended before this process began and what ends while it runs', async () => {
  const log = new InMemoryEventLog();
  const followers: LogFollower[] = [];
  const open = async () => {
    const follower = new LogFollower(log);
    followers.push(follower);
    const ledger = new Ledger('lease', leaseDecider(plan), log, follower);
    const ends = new LeaseEnds(follower);
    await follower.start();
    return { ends, execute: (command: LeaseCommand) => ledger.execute(command, by) };
  };
  const acquire = (n: number): LeaseCommand => ({
    ...{ type: 'acquire-lease', ...holder(n), underlayAddress: `10.0.0.${n}` },
    ...{ singleAddress: false, atMs: 0, quarantineMs: 0 },
  });
  const { execute } = await open();
  for (const n of [1, 2, 3]) await execute(acquire(n));
  const { state } = await execute({ type: 'release-lease', ...holder(1) });
  const { ends, execute: executeLater } = await open();
  for (const n of [2, 3]) {
    const lease = state.byCell.get(`cell-${n}`);
    if (lease) await executeLater({ type: 'expire-lease', lease, atMs: 0 });
  }
  expect(Object.fromEntries(ends.counts)).toEqual({ released: 1, expired: 2, fenced: 0 });
  for (const follower of followers) await follower.close();
});
