import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ReportSender } from '@heddle/cell-protocol';
import { createLogger, readConfiguration } from '@heddle/platform';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import fc from 'fast-check';
import { startCore, type Core } from './core';
import type { FeedEntry, FeedPosition } from './live-feed';

const START: FeedPosition = { logged: 0, reported: 0 };
const by = { actor: { name: 'alice' }, correlationId: 'c' };

/** A follower that loses its connection after so many entries, rests, and comes back with the last place it has. */
interface Habits {
  /** How long after the others it begins. */
  readonly beginsAfterMs: number;
  readonly cutAfter: readonly number[];
  readonly restMs: number;
}
const habits: fc.Arbitrary<Habits> = fc.record({
  beginsAfterMs: fc.integer({ min: 0, max: 60 }),
  cutAfter: fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 5 }),
  restMs: fc.integer({ min: 0, max: 20 }),
});

describe('the feed of a running control plane', () => {
  let directory: string;
  let nats: TestNats;
  let core: Core;
  let sender: ReportSender;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'heddle-feed-'));
    nats = await startTestNats();
    const { user: HEDDLE_NATS_USER, pass: HEDDLE_NATS_PASSWORD } = nats.users.control;
    const config = readConfiguration('control-plane', {
      ...{ HEDDLE_NATS_USER, HEDDLE_NATS_PASSWORD },
      HEDDLE_DATA_DIR: directory,
    });
    core = await startCore(config, nats.url, createLogger({ name: 'test', level: 'silent' }));
    sender = new ReportSender(await nats.connect('cell'), 'cell-1');
  }, 20_000);
  afterAll(async () => {
    await sender?.close();
    await core?.close();
    await nats?.stop();
    await rm(directory, { recursive: true });
  });

  async function change(): Promise<void> {
    const policy = { source: randomUUID(), destination: 'db', protocol: 'tcp' as const, start: 80, end: 80 };
    await core.policies.execute({ type: 'add-policies', policies: [policy] }, by);
  }
  let receipts = 0;
  function report(): void {
    receipts++;
    sender.enforced({
      cell: 'cell-1',
      enforcedUpTo: 1,
      changes: [],
      documents: [],
      enforcedAtMs: receipts,
      flowsCut: 0,
    });
  }

  /** Follows until `whole` holds of what was heard, through every cut. */
  async function follow(
    from: FeedPosition,
    { beginsAfterMs, cutAfter, restMs }: Habits,
    whole: (heard: FeedEntry[]) => boolean,
  ) {
    await delay(beginsAfterMs);
    const heard: FeedEntry[] = [];
    for (const cut of [...cutAfter, Infinity]) {
      const stop = new AbortController();
      let left = cut;
      await core.feed.follow(heard.at(-1)?.at ?? from, stop.signal, (entry) => {
        heard.push(entry);
        if (--left === 0) stop.abort();
      });
      await until(() => stop.signal.aborted || whole(heard), { seen: () => heard.map(({ at }) => at) });
      const isOver = !stop.signal.aborted;
      stop.abort();
      if (isOver) break;
      await delay(restMs);
    }
    return heard;
  }
  const changesOf = (heard: FeedEntry[]) => heard.flatMap((each) => (each.kind === 'change' ? [each.change.seq] : []));
  const reportsOf = (heard: FeedEntry[]) =>
    heard.flatMap((each) => (each.kind === 'report' ? [each.report.position] : []));
  const range = (after: number, upTo: number) => Array.from({ length: upTo - after }, (_, i) => after + 1 + i);

  it('gives every follower each change and each report once and in order, through any cuts, while both keep coming', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(habits, { minLength: 3, maxLength: 6 }),
        fc.infiniteStream(fc.nat(3)),
        async (all, pauses) => {
          const before = core.feed.position;
          const end = { logged: before.logged + 25, reported: before.reported + 25 };
          const whole = (heard: FeedEntry[]) =>
            heard.some(({ at }) => at.logged === end.logged) &&
            reportsOf(heard).includes(end.reported) &&
            changesOf(heard).includes(end.logged);
          const following = all.map((each, i) => follow(i === 0 ? START : before, each, whole));
          for (let i = 0; i < 25; i++) {
            report();
            await change();
            await delay(pauses.next().value as number);
          }
          for (const [i, heard] of (await Promise.all(following)).entries()) {
            const from = i === 0 ? START : before;
            expect(changesOf(heard)).toEqual(range(from.logged, end.logged));
            expect(reportsOf(heard)).toEqual(range(from.reported, end.reported));
          }
          expect(core.feed.listening).toBe(0);
        },
      ),
      { numRuns: 8 },
    );
  }, 40_000);

  it('goes on at any place that it ever gave, whichever stream that was in', async () => {
    const stop = new AbortController();
    const heard: FeedEntry[] = [];
    await core.feed.follow(START, stop.signal, (entry) => void heard.push(entry));
    const { logged, reported } = core.feed.position;
    for (const { at } of heard.filter((_, i) => i % 40 === 0)) {
      const rest: FeedEntry[] = [];
      const enough = new AbortController();
      await core.feed.follow(at, enough.signal, (entry) => void rest.push(entry));
      enough.abort();
      expect([changesOf(rest), reportsOf(rest)]).toEqual([range(at.logged, logged), range(at.reported, reported)]);
    }
    stop.abort();
  });

  it('does not wait for reports that are not kept any more', async () => {
    const manager = await core.connection.jetstreamManager();
    await manager.streams.purge('HEDDLE_CELLS');
    const stop = new AbortController();
    const heard: FeedEntry[] = [];
    const { logged, reported } = core.feed.position;
    await core.feed.follow(
      { logged: logged - 1, reported: reported - 5 },
      stop.signal,
      (entry) => void heard.push(entry),
    );
    expect([changesOf(heard), reportsOf(heard)]).toEqual([[logged], []]);
    report();
    await until(() => reportsOf(heard).length > 0);
    expect(reportsOf(heard)).toEqual([reported + 1]);
    stop.abort();
  });
});
