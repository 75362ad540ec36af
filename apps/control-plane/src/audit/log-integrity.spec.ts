import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditDecider } from '@heddle/domain';
import {
  EMPTY_CHAIN,
  follow,
  InMemoryEventLog,
  Ledger,
  LogFollower,
  sealEvent,
  signCheckpoint,
} from '@heddle/event-log';
import type { ChainState, Checkpoint, LoggedEvent } from '@heddle/event-log';
import { createLogger, ensureKeyRing, type KeyRing } from '@heddle/platform';
import { LogBroken } from './log-broken';
import { LogIntegrity } from './log-integrity';

const logger = createLogger({ name: 'test', level: 'silent' });
let directory: string;
let ring: KeyRing;
let stranger: KeyRing;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heddle-keys-'));
  [ring, stranger] = [await ensureKeyRing(join(directory, 'one')), await ensureKeyRing(join(directory, 'other'))];
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Events of one topic, the altered ones with another actor than the chain of hashes was made for. */
function logOf(length: number, altered: readonly number[] = []): LoggedEvent[] {
  let previousHash = EMPTY_CHAIN.digest;
  return Array.from({ length }, (_, i) => {
    const draft = {
      ...{ id: `event-${i}`, topic: 'route' as const, type: 'routed.v1', time: '2026-11-25T09:00:00.000Z' },
      ...{ actor: { name: 'ann' }, correlationId: 'x', data: i },
    };
    const { event } = sealEvent(draft, previousHash);
    const kept = altered.includes(i + 1) ? sealEvent({ ...draft, actor: { name: 'eve' } }, previousHash).event : event;
    previousHash = event.hash;
    return { seq: i + 1, ...kept };
  });
}

/** Checkpoints of the log as it was written, at these places. */
function checkpointsAt(places: readonly number[], by = ring): Checkpoint[] {
  let chain: ChainState = EMPTY_CHAIN;
  return logOf(Math.max(...places)).flatMap((event) => {
    [chain] = follow(chain, event);
    return places.includes(event.seq) ? [signCheckpoint(chain, event.time, by)] : [];
  });
}

async function looked(events: readonly LoggedEvent[], checkpoints: readonly Checkpoint[]): Promise<LogIntegrity> {
  const follower = new LogFollower(new InMemoryEventLog());
  const audit = new Ledger('audit', auditDecider, new InMemoryEventLog(), follower);
  const integrity = new LogIntegrity({ follower, audit, checkpoints, keys: ring.keys, logger });
  for (const event of events) follower.offer(event);
  integrity.reachedEnd();
  return integrity;
}

const placesOf = ({ open }: LogIntegrity) => open.map(({ kind, seq }) => `${kind} ${seq}`);

it('finds nothing in a log as it was written', async () => {
  const integrity = await looked(logOf(9), checkpointsAt([3, 6, 9]));
  expect(placesOf(integrity)).toEqual([]);
  expect(() => integrity.requireWhole()).not.toThrow();
});

it('tells between which checkpoints the log was altered, and not of those behind', async () => {
  const integrity = await looked(logOf(9, [4]), checkpointsAt([3, 6, 9]));
  expect(placesOf(integrity)).toEqual(['unchained 5', 'checkpoint 6']);
  expect(() => integrity.requireWhole()).toThrow(LogBroken);
});

it('finds the last event altered, which no event behind it contradicts', async () =>
  expect(placesOf(await looked(logOf(3, [3]), checkpointsAt([3])))).toEqual(['checkpoint 3']));

it('finds the end gone', async () =>
  expect(placesOf(await looked(logOf(4), checkpointsAt([3, 6])))).toEqual(['checkpoint 6']));

it('believes no checkpoint of a stranger', async () =>
  expect(placesOf(await looked(logOf(4, [4]), checkpointsAt([4, 6], stranger)))).toEqual([]));

it('looks on while it runs', async () => {
  const follower = new LogFollower(new InMemoryEventLog());
  const audit = new Ledger('audit', auditDecider, new InMemoryEventLog(), follower);
  const integrity = new LogIntegrity({ follower, audit, checkpoints: [], keys: ring.keys, logger });
  integrity.reachedEnd();
  for (const event of logOf(4, [2])) follower.offer(event);
  expect(placesOf(integrity)).toEqual(['unchained 3']);
});
