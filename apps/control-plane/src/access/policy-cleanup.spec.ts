import { policiesIn, policyDecider, type Policy } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower } from '@heddle/event-log';
import { createLogger } from '@heddle/platform';
import { until } from '@heddle/testing';
import type { PolicyLedger } from '../core/ledgers';
import { PolicyCleanup } from './policy-cleanup';

/** Two hundred times a second. */
const OFTEN_MINUTES = 0.005 / 60;
const logger = createLogger({ name: 'test', level: 'silent' });
const to = (destination: string): Policy => ({ source: 'web', destination, protocol: 'tcp', start: 1, end: 1 });
const by = { actor: { name: 'ann' }, correlationId: 'c' };

describe('the cleanup', () => {
  let log: InMemoryEventLog;
  let follower: LogFollower;
  let policies: PolicyLedger;
  let cleanup: PolicyCleanup;
  let gone: ReadonlySet<string>;
  let questions: number;
  let ask: (all: readonly Policy[]) => Promise<readonly Policy[]>;
  beforeEach(async () => {
    log = new InMemoryEventLog();
    follower = new LogFollower(log);
    policies = new Ledger('policy', policyDecider(), log, follower);
    await follower.start();
    await policies.execute({ type: 'add-policies', policies: [to('db'), to('old'), to('older')] }, by);
    gone = new Set(['old', 'older']);
    questions = 0;
    ask = (all) => Promise.resolve(all.filter(({ destination }) => gone.has(destination)));
    const findStale = (all: readonly Policy[]) => {
      questions++;
      return ask(all);
    };
    const list = () => Promise.resolve([...policiesIn(policies.state)]);
    cleanup = new PolicyCleanup({ policies, list, access: { findStale }, intervalMinutes: OFTEN_MINUTES, logger });
  });
  afterEach(async () => {
    await cleanup.close();
    await follower.close();
  });
  const held = () => [...policiesIn(policies.state)].map(({ destination }) => destination).sort();

  it('removes what is stale in one change, and says what it removed', async () => {
    expect(await cleanup.clean('on request of ann')).toEqual([to('old'), to('older')]);
    expect(held()).toEqual(['db']);
    expect(await log.lastSequence()).toBe(2);
  });

  it('makes no change when nothing is stale', async () => {
    gone = new Set();
    expect(await cleanup.clean('on request of ann')).toEqual([]);
    expect(await log.lastSequence()).toBe(1);
  });

  it('names only what it removed itself', async () => {
    ask = async (all) => {
      await policies.execute({ type: 'remove-policies', policies: [to('old')] }, by);
      return all.filter(({ destination }) => gone.has(destination));
    };
    expect(await cleanup.clean('on request of ann')).toEqual([to('older')]);
  });

  it('makes one pass after the other', async () => {
    expect(await Promise.all([cleanup.clean('first'), cleanup.clean('second')])).toEqual([
      [to('old'), to('older')],
      [],
    ]);
  });

  it('removes nothing when it fails, tells who asked, and can be asked again', async () => {
    const answer = ask;
    ask = () => Promise.reject(new Error('away'));
    await expect(cleanup.clean('on request of ann')).rejects.toThrow('away');
    expect(held()).toEqual(['db', 'old', 'older']);
    ask = answer;
    expect(await cleanup.clean('on request of ann')).toHaveLength(2);
  });

  it('is made now and then, also after a failure, until it is closed', async () => {
    const answer = ask;
    ask = () => Promise.reject(new Error('away'));
    cleanup.start();
    await until(() => questions >= 3);
    expect(held()).toHaveLength(3);
    ask = answer;
    await until(() => held().length === 1);
    await cleanup.close();
    const before = questions;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(questions).toBe(before);
  });

  it('is first made after a whole interval, which closing does not wait for', async () => {
    let early = 0;
    const findStale = () => Promise.resolve((early++, []));
    const hourly = new PolicyCleanup({
      policies,
      list: () => Promise.resolve([]),
      access: { findStale },
      intervalMinutes: 60,
      logger,
    });
    hourly.start();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await hourly.close();
    expect(early).toBe(0);
  });
});
