import { EventEmitter } from 'node:events';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Report } from '@heddle/cell-protocol';
import {
  GENESIS_HASH,
  InMemoryEventLog,
  LogFollower,
  sealEvent,
  type LoggedEvent,
  type ReadRange,
} from '@heddle/event-log';
import type { NatsConnection } from '@heddle/platform';
import { LiveFeed, type FeedEntry } from './live-feed';

/** A log whose reading can be held up, and can fail. */
class SlowLog extends InMemoryEventLog {
  open: Promise<void> = Promise.resolve();

  override async *read(range: ReadRange): AsyncIterable<LoggedEvent> {
    await this.open;
    yield* super.read(range);
  }
}

/** Reports as they are folded, one position after the other. */
class FoldedReports {
  position = 0;
  readonly positionsLost = 0;
  private readonly news = new EventEmitter();

  onReport = (hear: (report: Report) => void): (() => void) => {
    this.news.on('report', hear);
    return () => this.news.off('report', hear);
  };

  fold(): void {
    const report: Report = { position: ++this.position, storedAtMs: 0, kind: 'malformed', subject: 'x' };
    this.news.emit('report', report);
  }
}

const START = { logged: 0, reported: 0 };
let log: SlowLog;
let follower: LogFollower;
let enforcement: FoldedReports;
let feed: LiveFeed;
let stop: AbortController;
let last: { seq: number; hash: string };

beforeEach(async () => {
  [log, enforcement, stop] = [new SlowLog(), new FoldedReports(), new AbortController()];
  follower = new LogFollower(log);
  // No report is ever behind the place that is asked for here, so nothing is read from the server.
  feed = new LiveFeed({ connection: {} as NatsConnection, log, follower, enforcement });
  last = { seq: 0, hash: GENESIS_HASH };
  await follower.start();
});
afterEach(async () => {
  stop.abort();
  await feed.close();
  await follower.close();
});

async function append(): Promise<void> {
  const draft = { id: String(last.seq), topic: 'policy' as const, type: 'x.v1', time: '2026-11-22T09:00:00Z' };
  const fact = sealEvent({ ...draft, actor: { name: 'a' }, correlationId: 'c', data: {} }, last.hash);
  last = await log.append(fact, last);
  follower.offer(last as LoggedEvent);
}
const placeOf = ({ at }: FeedEntry): string => `${at.logged}.${at.reported}`;

/** Follows with reading held up; the function that is returned lets it go on. */
function followSlowly(listener: (entry: FeedEntry) => void): { letGo: () => void; following: Promise<void> } {
  let letGo!: () => void;
  log.open = new Promise((resolve) => (letGo = resolve));
  return { letGo, following: feed.follow(START, stop.signal, listener) };
}

it('gives what was missed, what came meanwhile, and what comes, each once and in order', async () => {
  const heard: string[] = [];
  await append();
  await append();
  const { letGo, following } = followSlowly((entry) => void heard.push(placeOf(entry)));
  await append();
  enforcement.fold();
  await append();
  await turnOfTheLoop();
  expect(heard).toEqual([]);
  letGo();
  await following;
  expect(heard).toEqual(['1.0', '2.0', '3.0', '3.1', '4.1']);
  enforcement.fold();
  await append();
  expect(heard.slice(5)).toEqual(['4.2', '5.2']);
});

it('gives every listener the same, those that came first first', async () => {
  const heard: string[] = [];
  for (const name of ['a', 'b', 'c'])
    await feed.follow(feed.position, stop.signal, (entry) => void heard.push(`${name} ${placeOf(entry)}`));
  await append();
  enforcement.fold();
  expect(heard).toEqual([1, 2].flatMap((n) => ['a', 'b', 'c'].map((name) => `${name} 1.${n - 1}`)));
  expect(feed.listening).toBe(3);
});

it.each([1, 2, 3, 4, 5, 6])(
  'gives nothing any more to a listener that stops: at the %i. of two missed, two held, two live',
  async (stopAt) => {
    const heard: string[] = [];
    await append();
    await append();
    const { letGo, following } = followSlowly((entry) => {
      heard.push(placeOf(entry));
      if (heard.length === stopAt) stop.abort();
    });
    await append();
    await append();
    letGo();
    await following;
    for (let i = 0; i < 4; i++) await append();
    await turnOfTheLoop();
    expect(heard).toHaveLength(stopAt);
    expect(feed.listening).toBe(0);
  },
);

it('gives nothing to one that had stopped before it began', async () => {
  stop.abort();
  await append();
  const heard: FeedEntry[] = [];
  await feed.follow(START, stop.signal, (entry) => void heard.push(entry));
  await append();
  expect([heard, feed.listening]).toEqual([[], 0]);
});

it('keeps nothing for one to whom what was missed could not be given', async () => {
  await append();
  log.open = Promise.reject(new Error('the log cannot be read'));
  await expect(feed.follow(START, stop.signal, () => {})).rejects.toThrow('cannot be read');
  expect(feed.listening).toBe(0);
});
