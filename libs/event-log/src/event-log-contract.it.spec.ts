import { randomUUID } from 'node:crypto';
import { startTestNats, type TestNats } from '@heddle/testing';
import { decodeEvent, hashOf, sealEvent, sealInTurns } from './cloud-event';
import {
  AppendConflict,
  EventTooLarge,
  GENESIS_HASH,
  type EventDraft,
  type EventLog,
  type LoggedEvent,
  type Place,
  type SealedEvent,
  type Topic,
} from './event-log';
import { JetStreamEventLog } from './jetstream/jetstream-event-log';
import { ensureLogStream } from './jetstream/log-stream';
import { InMemoryEventLog } from './memory/in-memory-event-log';

const EMPTY = { seq: 0, hash: GENESIS_HASH };

function draft(topic: Topic = 'policy', data: unknown = { n: 1 }): EventDraft {
  return {
    id: randomUUID(),
    topic,
    type: 'tested.v1',
    time: '2026-11-22T09:00:00.000001Z',
    actor: { name: 'alice', userId: 'u-1' },
    address: '2001:db8::7',
    reason: 'NET-42: ünïcode "quoted"',
    correlationId: 'c-1',
    data,
  };
}

/** Appends behind an event of the same topic. */
async function append(log: EventLog, draft: EventDraft, head: Pick<LoggedEvent, 'seq' | 'hash'>): Promise<LoggedEvent> {
  return log.append(sealEvent(draft, head.hash), { seq: head.seq });
}

async function appended(log: EventLog, count: number, head = EMPTY): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (let n = 0; n < count; n++) events.push(await append(log, draft('policy', { n }), events.at(-1) ?? head));
  return events;
}

function placeBehind(fact: SealedEvent | undefined): Place {
  return fact ? { id: fact.event.id } : { seq: 0 };
}

async function collected(events: AsyncIterable<LoggedEvent>, count = Infinity): Promise<LoggedEvent[]> {
  const found: LoggedEvent[] = [];
  if (count === 0) return found;
  for await (const event of events) if (found.push(event) >= count) break;
  return found;
}

interface Subject {
  readonly log: EventLog;
  readonly stop: () => Promise<void>;
}

const adapters: [string, () => Promise<Subject>][] = [
  ['in memory', async () => ({ log: new InMemoryEventLog(), stop: async () => {} })],
  [
    'on JetStream',
    async () => {
      const server = await startTestNats();
      const connection = await server.connect();
      await ensureLogStream(connection);
      return { log: new JetStreamEventLog(connection), stop: () => server.stop() };
    },
  ],
];

describe.each(adapters)('the log %s', (_, open) => {
  let log: EventLog;
  let stop: () => Promise<void>;
  beforeEach(async () => ({ log, stop } = await open()));
  afterEach(() => stop());

  it('gives back what was appended, in order, from any place', async () => {
    const events = await appended(log, 5);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(await collected(log.read({ after: 0, upTo: 5 }))).toEqual(events);
    expect(await collected(log.read({ after: 3, upTo: 5 }))).toEqual(events.slice(3));
    expect(await collected(log.read({ after: 1, upTo: 2 }))).toEqual([events[1]]);
    expect(await collected(log.read({ after: 5, upTo: 5 }))).toEqual([]);
    expect(await log.lastSequence()).toBe(5);
  });

  it('keeps every member of an event', async () => {
    const wanted = draft('lease', { nested: { list: [1, null, 'x'] }, __proto__: undefined });
    await append(log, wanted, EMPTY);
    const [event] = await collected(log.read({ after: 0, upTo: 1 }));
    expect(event).toMatchObject({ ...wanted, seq: 1, previousHash: GENESIS_HASH });
  });

  it('keeps a large event, among small ones, and chains it by the hash of its JSON', async () => {
    const large = draft('policy', { list: Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'ünïcode "x"' })) });
    const [first] = await appended(log, 1);
    const fact = await sealInTurns(large, first!.hash);
    const middle = log.append(fact, { seq: 1 });
    const last = log.append(sealEvent(draft(), fact.event.hash), { id: large.id });
    const events = [first, await middle, await last];
    expect(await collected(log.read({ after: 0, upTo: 3 }))).toEqual(events);
    expect(events[1]).toMatchObject(large);
    expect(events[1]?.hash).toBe(hashOf(sealEvent(large, first!.hash).bytes));
    expect(events[2]?.previousHash).toBe(events[1]?.hash);
  });

  it('keeps an event that says neither why nor from where', async () => {
    const event = await append(log, { ...draft(), reason: undefined, address: undefined }, EMPTY);
    expect(event).not.toHaveProperty('address');
    expect(await collected(log.read({ after: 0, upTo: 1 }))).toEqual([event]);
  });

  it('chains the events of a topic by their hashes', async () => {
    const [first, second] = await appended(log, 2);
    const other = await append(log, draft('lease'), EMPTY);
    expect(second?.previousHash).toBe(first?.hash);
    expect(other.previousHash).toBe(GENESIS_HASH);
    const { bytes, event } = sealEvent(first as LoggedEvent, GENESIS_HASH);
    expect(first?.hash).toBe(hashOf(bytes));
    expect(decodeEvent(bytes, 1)).toEqual({ seq: 1, ...event });
  });

  it('takes events that are sent together, each behind the one before it', async () => {
    const facts: SealedEvent[] = [];
    for (let n = 0; n < 5; n++) facts.push(sealEvent(draft('policy', { n }), facts.at(-1)?.event.hash ?? GENESIS_HASH));
    const events = await Promise.all(facts.map((fact, n) => log.append(fact, placeBehind(facts[n - 1]))));
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(await collected(log.read({ after: 0, upTo: 5 }))).toEqual(events);
  });

  it('refuses what is sent behind an event that did not get its place, also where another took that', async () => {
    const late = sealEvent(draft(), GENESIS_HASH);
    const behind = sealEvent(draft(), late.event.hash);
    const [first] = await appended(log, 1);
    const outcomes = await Promise.allSettled([log.append(late, { seq: 0 }), log.append(behind, placeBehind(late))]);
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as Error).name)).toEqual([
      'AppendConflict',
      'AppendConflict',
    ]);
    expect(await collected(log.read({ after: 0, upTo: 1 }))).toEqual([first]);
    expect(await log.lastSequence()).toBe(1);
  });

  it('passes over what the reader knows', async () => {
    const events = await appended(log, 4);
    const isKnown = (seq: number): boolean => seq % 2 === 1;
    expect(await collected(log.read({ after: 0, upTo: 4, isKnown }))).toEqual([events[1], events[3]]);
  });

  it('refuses an append behind a head that has moved on, and appends nothing', async () => {
    const [first] = await appended(log, 1);
    await expect(append(log, draft(), EMPTY)).rejects.toBeInstanceOf(AppendConflict);
    await expect(append(log, draft(), { seq: 9, hash: GENESIS_HASH })).rejects.toBeInstanceOf(AppendConflict);
    expect(await log.lastSequence()).toBe(1);
    await expect(append(log, draft(), first as LoggedEvent)).resolves.toMatchObject({ seq: 2 });
  });

  it('lets one of several writers through', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => append(log, draft(), EMPTY)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await log.lastSequence()).toBe(1);
  });

  it('topics do not stand in each other’s way', async () => {
    await appended(log, 2);
    await expect(append(log, draft('lease'), EMPTY)).resolves.toMatchObject({ seq: 3, topic: 'lease' });
  });

  it('takes a draft that is tried again once', async () => {
    const tried = draft();
    const first = await append(log, tried, EMPTY);
    const again = await append(log, tried, EMPTY);
    expect(again.seq).toBe(first.seq);
    expect(await log.lastSequence()).toBe(1);
  });

  it('follows what is appended later, and stops when told', async () => {
    const stop = new AbortController();
    const seen: LoggedEvent[] = [];
    const events = await appended(log, 2);
    const following = (async () => {
      for await (const event of log.read({ after: 1, signal: stop.signal })) {
        seen.push(event);
        if (seen.length === 3) stop.abort();
      }
    })();
    const later = await appended(log, 2, events.at(-1));
    await following;
    expect(seen).toEqual([events[1], ...later]);
    const [last] = later.slice(-1);
    await appended(log, 1, last);
    expect(seen).toHaveLength(3);
  });

  it('gives every follower each event once, also those appended while it catches up', async () => {
    const first = await appended(log, 20);
    const followers = Promise.all([0, 7, 20].map((after) => collected(log.read({ after }), 40 - after)));
    const second = await appended(log, 20, first.at(-1));
    const all = [...first, ...second];
    expect(await followers).toEqual([0, 7, 20].map((after) => all.slice(after)));
  });
});

describe('the log on JetStream, when the server dies', () => {
  let server: TestNats;
  beforeEach(async () => (server = await startTestNats()));
  afterEach(() => server.stop());

  it('has every acknowledged event, and followers go on where they were', async () => {
    const connection = await server.connect();
    expect(await ensureLogStream(connection)).toMatchObject({ appendOnly: true });
    const log = new JetStreamEventLog(connection);
    const following = collected(log.read({ after: 0 }), 20);
    const before = await appended(log, 10);
    await server.kill();
    const appending = appended(log, 10, before.at(-1));
    await server.restart();
    const after = await appending;
    expect(await following).toEqual([...before, ...after]);
    expect(await log.lastSequence()).toBe(20);
  }, 30_000);

  it('lets nobody delete from it', async () => {
    const connection = await server.connect();
    await ensureLogStream(connection);
    await appended(new JetStreamEventLog(connection), 1);
    const { streams } = await connection.jetstreamManager();
    await expect(streams.deleteMessage('HEDDLE_LOG', 1)).rejects.toThrow(/delete/);
    await expect(streams.purge('HEDDLE_LOG')).rejects.toThrow(/purge/);
  });
});

describe('the log on JetStream, and large events', () => {
  const MEBIBYTE = 1024 * 1024;
  let server: TestNats;
  beforeEach(async () => (server = await startTestNats({ maxPayloadBytes: MEBIBYTE })));
  afterEach(() => server.stop());

  /** Data of more than the server takes; of random digits nothing can be made much smaller. */
  const plain = { text: 'again '.repeat(300_000) };
  const random = {
    text: Buffer.from(Array.from({ length: 1.5 * MEBIBYTE }, () => Math.random() * 256)).toString('hex'),
  };

  it('stores them compressed, so that more gets through, and refuses what is still too large', async () => {
    const connection = await server.connect();
    await ensureLogStream(connection);
    const log = new JetStreamEventLog(connection);
    await expect(
      log.append(await sealInTurns(draft('policy', random), GENESIS_HASH), { seq: 0 }),
    ).rejects.toMatchObject({ name: EventTooLarge.name, limit: MEBIBYTE });
    expect(await log.lastSequence()).toBe(0);
    const event = await log.append(await sealInTurns(draft('policy', plain), GENESIS_HASH), { seq: 0 });
    const { streams } = await connection.jetstreamManager();
    const stored = await streams.getMessage('HEDDLE_LOG', { seq: 1 });
    expect(stored.header.get('Content-Encoding')).toBe('br');
    expect(stored.data.length).toBeLessThan(10_000);
    expect(await collected(log.read({ after: 0, upTo: 1 }))).toEqual([event]);
  });

  it('names the limit of the stream where that is the smaller one', async () => {
    const connection = await server.connect();
    await ensureLogStream(connection);
    const { streams } = await connection.jetstreamManager();
    await streams.update('HEDDLE_LOG', { max_msg_size: 100_000 });
    const log = new JetStreamEventLog(connection);
    const { text } = random;
    const fact = await sealInTurns(draft('policy', { text: text.slice(0, 500_000) }), GENESIS_HASH);
    await expect(log.append(fact, { seq: 0 })).rejects.toMatchObject({ name: EventTooLarge.name, limit: 100_000 });
    expect(await log.lastSequence()).toBe(0);
  });

  it('reads large ones that were stored as they are', async () => {
    const connection = await server.connect();
    await ensureLogStream(connection);
    const { event, bytes } = sealEvent(
      draft('policy', { list: Array.from({ length: 30_000 }, (_, n) => n) }),
      GENESIS_HASH,
    );
    await connection.jetstream().publish('heddle.log.policy', bytes);
    expect(await collected(new JetStreamEventLog(connection).read({ after: 0, upTo: 1 }))).toEqual([
      { seq: 1, ...event },
    ]);
  });
});
