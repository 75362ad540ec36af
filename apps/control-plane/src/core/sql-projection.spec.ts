import { setTimeout as delay } from 'node:timers/promises';
import { InMemoryEventLog, LogFollower, sealEvent, GENESIS_HASH, type LoggedEvent } from '@heddle/event-log';
import type { LogProjector, ReadModel } from '@heddle/read-model';
import { until } from '@heddle/testing';
import { SqlProjection } from './sql-projection';

const EVENTS = 12_000;

/** A log of so many events, and how it goes on. */
async function longLog(): Promise<{ log: InMemoryEventLog; append(): Promise<void> }> {
  const log = new InMemoryEventLog();
  let [previousHash, seq] = [GENESIS_HASH, 0];
  const append = async (): Promise<void> => {
    const about = { id: `${seq + 1}`, topic: 'policy' as const, type: 'tag-reserved.v1' };
    const draft = { ...about, time: '2026-11-25T09:00:00.000Z', actor: { name: 'admin' }, correlationId: '1', data: 1 };
    const fact = sealEvent(draft, previousHash);
    ({ seq } = await log.append(fact, { seq }));
    previousHash = fact.event.hash;
  };
  while (seq < EVENTS) await append();
  return { log, append };
}

/** Tables that take nothing before they may. */
class SlowTables implements LogProjector {
  readonly taken: number[] = [];
  largest = 0;
  open!: () => void;
  private readonly opened = new Promise<void>((resolve) => (this.open = resolve));

  async apply(events: readonly LoggedEvent[]): Promise<number> {
    await this.opened;
    await delay(20);
    this.largest = Math.max(this.largest, events.length);
    for (const { seq } of events) this.taken.push(seq);
    return this.taken.length;
  }
}

describe('the projection into tables that are far behind', () => {
  it('holds little of the log in memory, and reads the rest again, in order and each event once', async () => {
    const { log } = await longLog();
    const reads = jest.spyOn(log, 'read');
    const follower = new LogFollower(log);
    const tables = new SlowTables();
    const readModel = { projector: () => tables, cursor: async () => 0 } as unknown as ReadModel;
    const projection = await SqlProjection.open(readModel, { log, follower });
    await follower.start();
    expect(projection.lag).toBe(EVENTS);
    tables.open();
    await projection.caughtUp();
    expect(tables.taken).toEqual(Array.from({ length: EVENTS }, (_, i) => i + 1));
    expect(tables.largest).toBeLessThanOrEqual(2_500);
    // One reading is the follower's; what found no room begins behind what did.
    expect(reads.mock.calls.map(([{ after }]) => after)).toContain(5_000);
    await projection.close();
    await follower.close();
  });

  it('misses nothing where others fold an event for long that found no room', async () => {
    const { log } = await longLog();
    const follower = new LogFollower(log);
    const tables = new SlowTables();
    const readModel = { projector: () => tables, cursor: async () => 0 } as unknown as ReadModel;
    const projection = await SqlProjection.open(readModel, { log, follower });
    follower.subscribe(({ seq }) => {
      if (seq !== 8_001) return;
      tables.open();
      // By then those are being read again that came before this one, which nobody has told of yet.
      return until(() => tables.taken.length >= 7_500, { withinMs: 20_000 });
    });
    await follower.start();
    await projection.caughtUp();
    expect(tables.taken).toEqual(Array.from({ length: EVENTS }, (_, i) => i + 1));
    await projection.close();
    await follower.close();
  }, 60_000);

  it('takes what comes once it has caught up as it comes', async () => {
    const { log, append } = await longLog();
    const follower = new LogFollower(log);
    const tables = new SlowTables();
    const readModel = { projector: () => tables, cursor: async () => 0 } as unknown as ReadModel;
    const projection = await SqlProjection.open(readModel, { log, follower });
    tables.open();
    await follower.start();
    await projection.caughtUp();
    const reads = jest.spyOn(log, 'read');
    await append();
    await follower.reached(EVENTS + 1);
    await projection.caughtUp();
    expect(tables.taken).toHaveLength(EVENTS + 1);
    expect(reads.mock.calls.filter(([{ upTo = 0, after }]) => upTo > after)).toEqual([]);
    await projection.close();
    await follower.close();
  });
});
