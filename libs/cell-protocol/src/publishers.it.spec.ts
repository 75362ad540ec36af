import { setTimeout as delay } from 'node:timers/promises';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import fc from 'fast-check';
import type { NatsConnection } from 'nats';
import { DirectReader } from './direct-read';
import { jsonOf } from './json-of';
import { StatePublisher, type StateUpdate } from './state-publisher';
import { ensureCellStreams, STATE_STREAM } from './streams';
import { stateSubject } from './subjects';

const APPS = ['a', 'b', 'c'];

/** The changes of a log: which apps each touches. The last one touches all, so that its document is the newest of each. */
const log = fc
  .array(fc.subarray(APPS, { minLength: 1 }), { maxLength: 8 })
  .map((touched) => [...touched, APPS].map((apps, i) => change(i + 1, apps)));

/** How one control plane behaves. */
interface Habits {
  /** How many changes it publishes before it rests. */
  readonly atOnce: number;
  readonly restMs: number;
  /** After how many changes it is killed; another is started in its place. */
  readonly killedAfter: number | null;
}
const habits: fc.Arbitrary<Habits> = fc.record({
  atOnce: fc.integer({ min: 1, max: 4 }),
  restMs: fc.constantFrom(0, 0, 1, 3),
  killedAfter: fc.option(fc.nat(8)),
});

function change(seq: number, apps: readonly string[]): StateUpdate {
  const render = (app: string) => (rev: number) => ({ app, rev, tag: rev, inbound: [] });
  return { seq, documents: apps.map((app) => ({ subject: stateSubject.app(app), render: render(app) })) };
}

describe('several publishers of the same changes', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let heard: Map<string, number[]>;

  beforeAll(async () => {
    nats = await startTestNats();
    connection = await nats.connect();
    await ensureCellStreams(connection);
    connection.subscribe('heddle.live.>', {
      callback: (_, message) => {
        const { rev } = jsonOf(message.data) as { rev: number };
        heard.set(message.subject, [...(heard.get(message.subject) ?? []), rev]);
      },
    });
  });
  afterAll(() => nats.stop());

  /** Publishes the changes behind the mark, as a control plane does after its start; then a document of its own. */
  async function run(name: string, changes: readonly StateUpdate[], habits: Habits): Promise<StatePublisher> {
    const publisher = await StatePublisher.open(connection);
    let given = 0;
    for (const update of changes.filter(({ seq }) => seq > publisher.publishedUpTo)) {
      if (given === habits.killedAfter) {
        await publisher.close();
        return run(name, changes, { ...habits, killedAfter: null });
      }
      publisher.publish(update);
      if (++given % habits.atOnce === 0) await delay(habits.restMs);
    }
    publisher.publish(change(changes.length, [name]));
    return publisher;
  }

  it('never leave an older document than the newest, whoever lags and whoever is killed', async () => {
    const manager = await connection.jetstreamManager();
    const reader = new DirectReader(connection, STATE_STREAM);
    const revisionAt = async (subject: string) =>
      (jsonOf((await reader.newest(subject))?.data ?? new Uint8Array()) as { rev: number } | undefined)?.rev;

    await fc.assert(
      fc.asyncProperty(log, fc.array(habits, { minLength: 2, maxLength: 3 }), async (changes, publishers) => {
        await manager.streams.purge(STATE_STREAM);
        heard = new Map();
        const names = publishers.map((_, i) => `publisher-${i}`);
        const running = await Promise.all(publishers.map((each, i) => run(`publisher-${i}`, changes, each)));
        for (const name of names) await until(async () => (await revisionAt(stateSubject.app(name))) !== undefined);
        await Promise.all(running.map((each) => each.close()));

        const newest = await Promise.all(APPS.map((app) => revisionAt(stateSubject.app(app))));
        expect(newest).toEqual(APPS.map(() => changes.length));
        for (const [subject, revisions] of heard) {
          expect([subject, ...revisions]).toEqual([subject, ...[...new Set(revisions)].sort((a, b) => a - b)]);
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
