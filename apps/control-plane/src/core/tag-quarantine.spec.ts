import {
  changeCommitted,
  concernOfApps,
  containersReported,
  emptyEnforcementBook,
  policyDecider,
  receiptGiven,
  type EnforcementBook,
  type Policy,
} from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower } from '@heddle/event-log';
import type { PolicyLedger } from './ledgers';
import { TagQuarantine } from './tag-quarantine';

const policy: Policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 80, end: 80 };
const by = { actor: { name: 'alice' }, correlationId: 'c' };
const container = { handle: 'db-0', app: 'db', index: 0, address: '10.255.1.2', space: null, org: null };

let now: number;
let book: EnforcementBook;
let follower: LogFollower;
let quarantine: TagQuarantine;
let ledger: PolicyLedger;

beforeEach(async () => {
  now = Date.now();
  book = containersReported(emptyEnforcementBook, 'cell-1', [container]).book;
  const log = new InMemoryEventLog();
  follower = new LogFollower(log);
  ledger = new Ledger('policy', policyDecider(), log, follower);
  quarantine = new TagQuarantine(
    follower,
    () => book,
    60_000,
    () => now,
  );
  follower.subscribe(({ seq }) => {
    book = changeCommitted(book, { seq, committedAtMs: now, concern: concernOfApps(book, ['db']) }).book;
  });
  await follower.start();
  await ledger.execute({ type: 'add-policies', policies: [policy] }, by);
  await ledger.execute({ type: 'remove-policies', policies: [policy] }, by);
});
afterEach(() => follower.close());

function enforced(rev: number): void {
  const receipt = { cell: 'cell-1', enforcedUpTo: rev, changes: [], documents: [{ key: 'app:db' as const, rev }] };
  book = receiptGiven(book, { ...receipt, enforcedAtMs: now }).book;
}

it('holds released tags back while a cell has not confirmed, also an earlier change', () => {
  expect(quarantine.tags()).toEqual(new Set([1, 2]));
  enforced(1);
  expect(quarantine.tags()).toEqual(new Set([1, 2]));
  enforced(2);
  expect(quarantine.tags()).toEqual(new Set());
});

it('holds them back no longer than its time', () => {
  now += 59_000;
  expect(quarantine.tags().size).toBe(2);
  now += 2_000;
  expect(quarantine.tags().size).toBe(0);
});

it('gives an app another tag meanwhile', async () => {
  const make = () => ({ type: 'add-policies' as const, policies: [policy], avoidTags: quarantine.tags() });
  const { event } = await ledger.execute(make, by);
  expect(event?.data).toMatchObject({
    tagsAllocated: [
      { app: 'web', tag: 3 },
      { app: 'db', tag: 4 },
    ],
  });
});
