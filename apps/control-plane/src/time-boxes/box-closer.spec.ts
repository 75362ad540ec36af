import { policyDecider, type PoliciesChanged, type Policy } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower, type LoggedEvent } from '@heddle/event-log';
import { createLogger } from '@heddle/platform';
import { until } from '@heddle/testing';
import { BoxCloser } from './box-closer';
import { ForwardClock } from './forward-clock';
import { OpenBoxes } from './open-boxes';

const webToDb: Policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 5432, end: 5432 };
const apiToDb: Policy = { ...webToDb, source: 'api' };
const HOUR_MS = 3_600_000;
const logger = createLogger({ name: 'test', level: 'silent' });

/** The wall clock of one control plane; that of the log is the machine's. */
interface Day {
  ms: number;
}

/** A control plane, as far as it closes policies. */
async function planeOn(log: InMemoryEventLog, day: Day = { ms: Date.now() }) {
  const follower = new LogFollower(log);
  let isRefusing = false;
  const admit = () => {
    if (isRefusing) throw new Error('not now');
  };
  const policies = new Ledger('policy', policyDecider(), log, follower, admit);
  const clock = new ForwardClock({ wall: () => day.ms, monotonic: () => performance.now() });
  const closer = new BoxCloser({ policies, boxes: new OpenBoxes(follower), clock, follower, logger });
  await follower.start();
  return {
    policies,
    closer,
    clock,
    refuse: (refusing: boolean) => (isRefusing = refusing),
    stop: async () => {
      await closer.close();
      await follower.close();
    },
  };
}
type Plane = Awaited<ReturnType<typeof planeOn>>;

async function eventsIn(log: InMemoryEventLog): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const event of log.read({ after: 0, upTo: await log.lastSequence() })) events.push(event);
  return events;
}
const open = ({ policies }: Plane, expiresAtMs: number, ...named: Policy[]) =>
  policies.execute(
    { type: 'add-policies', policies: named, expiresAtMs },
    { actor: { name: 'alice' }, reason: 'NET-42', correlationId: 'request-1' },
  );
const closings = async (log: InMemoryEventLog) =>
  (await eventsIn(log)).filter(({ data }) => (data as PoliciesChanged).cause !== undefined);

describe('policies whose time is over', () => {
  const planes: Plane[] = [];
  const start = async (log: InMemoryEventLog, day?: Day) => {
    const plane = await planeOn(log, day);
    planes.push(plane);
    return plane;
  };
  afterEach(async () => {
    for (const plane of planes.splice(0)) await plane.stop();
  });

  it('are closed when it is, by an event that says who opened them', async () => {
    const log = new InMemoryEventLog();
    const plane = await start(log);
    await plane.closer.start();
    const endMs = Math.round(plane.clock.nowMs()) + 50;
    await open(plane, endMs, webToDb, apiToDb);
    await until(async () => (await closings(log)).length > 0);
    const [closing] = await closings(log);
    expect(plane.clock.nowMs()).toBeGreaterThanOrEqual(endMs);
    expect(closing).toMatchObject({
      actor: { name: 'heddle' },
      reason: expect.stringMatching(/^opened until 20\S+Z by alice in change 1, reason NET-42$/) as string,
      correlationId: 'request-1',
      data: { removed: [webToDb, apiToDb], cause: { what: 'expired', changes: [1] } },
    });
  });

  it('are closed at the start, when nobody was there at the time', async () => {
    const log = new InMemoryEventLog();
    const before = await start(log);
    await open(before, Date.now() + HOUR_MS, webToDb);
    const late = await start(log, { ms: Date.now() + 2 * HOUR_MS });
    await late.closer.start();
    expect(await closings(log)).toHaveLength(1);
  });

  it('are closed once, however many control planes see it at the same moment', async () => {
    const log = new InMemoryEventLog();
    const several = await Promise.all([1, 2, 3].map(() => start(log, { ms: Date.now() + 2 * HOUR_MS })));
    await open(several[0] as Plane, Date.now() + HOUR_MS, webToDb);
    await Promise.all(several.map(({ closer }) => closer.start()));
    await until(() => several.every(({ policies }) => policies.state.boxes.size === 0));
    expect(await closings(log)).toHaveLength(1);
  });

  it('are closed on time though the clock was set back', async () => {
    const log = new InMemoryEventLog();
    const day = { ms: Date.now() };
    const plane = await start(log, day);
    await plane.closer.start();
    await open(plane, Math.round(plane.clock.nowMs()) + 80, webToDb);
    day.ms -= HOUR_MS;
    await until(async () => (await closings(log)).length > 0);
  });

  it('are closed as soon as the clock jumps over their end and anything happens', async () => {
    const log = new InMemoryEventLog();
    const day = { ms: Date.now() };
    const plane = await start(log, day);
    await plane.closer.start();
    await open(plane, day.ms + HOUR_MS, webToDb);
    day.ms += 2 * HOUR_MS;
    await plane.policies.execute(
      { type: 'add-policies', policies: [apiToDb] },
      { actor: { name: 'bob' }, correlationId: 'request-2' },
    );
    await until(async () => (await closings(log)).length > 0);
  });

  it('stay open when somebody gave them longer, and when they have no end any more', async () => {
    const log = new InMemoryEventLog();
    const plane = await start(log);
    const [soon, later] = [Math.round(plane.clock.nowMs()) + 20, Math.round(plane.clock.nowMs()) + HOUR_MS];
    await open(plane, soon, webToDb, apiToDb);
    await open(plane, later, webToDb);
    await plane.policies.execute(
      { type: 'add-policies', policies: [apiToDb] },
      { actor: { name: 'bob' }, correlationId: 'request-2' },
    );
    await until(() => plane.clock.nowMs() > soon);
    await plane.closer.start();
    expect(await closings(log)).toEqual([]);
  });

  it('are tried again when the log takes nothing', async () => {
    const log = new InMemoryEventLog();
    const plane = await start(log, { ms: Date.now() + 2 * HOUR_MS });
    await open(plane, Date.now() + HOUR_MS, webToDb);
    plane.refuse(true);
    await plane.closer.start();
    expect(await closings(log)).toEqual([]);
    plane.refuse(false);
    await until(async () => (await closings(log)).length > 0);
  });
});
