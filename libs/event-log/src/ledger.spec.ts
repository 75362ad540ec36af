import {
  policyDecider,
  policiesIn,
  type Policy,
  type PolicyBook,
  type PolicyCommand,
  type PolicyEvent,
} from '@heddle/domain';
import { AppendConflict, LogShort, LogUnavailable, type EventLog } from './event-log';
import { Ledger } from './ledger';
import { LogFollower } from './log-follower';
import { InMemoryEventLog } from './memory/in-memory-event-log';

type PolicyLedger = Ledger<PolicyBook, PolicyCommand, PolicyEvent>;

const followers: LogFollower[] = [];
afterEach(() => Promise.all(followers.splice(0).map((follower) => follower.close())));

async function open(log: EventLog, lastTag?: number): Promise<PolicyLedger> {
  const follower = new LogFollower(log);
  followers.push(follower);
  const ledger = new Ledger('policy', policyDecider(lastTag), log, follower);
  await follower.start();
  return ledger;
}

const to = (port: number): Policy => ({ source: 'a', destination: 'b', protocol: 'tcp', start: port, end: port });
const add = (...ports: number[]): PolicyCommand => ({ type: 'add-policies', policies: ports.map(to) });
const by = { actor: { name: 'alice' }, correlationId: 'c' };
const portsOf = (ledger: PolicyLedger) => [...policiesIn(ledger.state)].map(({ start }) => start).sort((a, b) => a - b);

it('has an event in the state when the command is done', async () => {
  const ledger = await open(new InMemoryEventLog());
  const { event, state } = await ledger.execute(add(80), by);
  expect(event).toMatchObject({ seq: 1, type: 'policies-changed.v1', actor: { name: 'alice' } });
  expect(state).toBe(ledger.state);
  expect(portsOf(ledger)).toEqual([80]);
});

it('appends nothing for a command that changes nothing', async () => {
  const log = new InMemoryEventLog();
  const ledger = await open(log);
  await ledger.execute(add(80), by);
  expect((await ledger.execute(add(), by)).event).toBeNull();
  expect(await log.lastSequence()).toBe(1);
});

it('folds what was in the log before', async () => {
  const log = new InMemoryEventLog();
  await (await open(log)).execute(add(80, 81), by);
  expect(portsOf(await open(log))).toEqual([80, 81]);
});

it('follows on an event that is passed over, of which nothing is in the state', async () => {
  const log = new InMemoryEventLog();
  await (await open(log)).execute(add(80), by);
  const follower = new LogFollower(log, () => 'it cannot be');
  followers.push(follower);
  const ledger = new Ledger('policy', policyDecider(), log, follower);
  await follower.start();
  expect([portsOf(ledger), ledger.revision]).toEqual([[], 1]);
  const { event } = await ledger.execute(add(81), by);
  for await (const first of log.read({ after: 0, upTo: 1 })) expect(event?.previousHash).toBe(first.hash);
});

it('decides commands one after another, in the order they came', async () => {
  const log = new InMemoryEventLog();
  const ledger = await open(log);
  const outcomes = await Promise.all([[1], [2], [], [3]].map((ports) => ledger.execute(add(...ports), by)));
  expect(outcomes.map(({ event }) => event?.seq ?? null)).toEqual([1, 2, null, 3]);
});

it('decides again when another writer was faster, until both agree', async () => {
  const log = new InMemoryEventLog();
  const append = log.append.bind(log);
  // Both are under way before either arrives.
  jest.spyOn(log, 'append').mockImplementation(async (fact, behind) => {
    await new Promise(setImmediate);
    return append(fact, behind);
  });
  const [one, other] = [await open(log), await open(log)];
  const ports = Array.from({ length: 40 }, (_, i) => i + 1);
  await Promise.all(ports.map((port) => (port % 2 ? one : other).execute(add(port), by)));
  await Promise.all(followers.map((follower) => follower.reached(40)));
  expect(portsOf(one)).toEqual(ports);
  expect(portsOf(other)).toEqual(ports);
  expect(one.conflicts + other.conflicts).toBeGreaterThan(0);
});

it('asks the log once for all that came in one turn, also when a command among them is refused or changes nothing', async () => {
  const log = new InMemoryEventLog();
  const follower = new LogFollower(log);
  followers.push(follower);
  const ledger = new Ledger('policy', policyDecider(2), log, follower);
  await follower.start();
  const places: unknown[] = [];
  const append = log.append.bind(log);
  jest.spyOn(log, 'append').mockImplementation(async (fact, behind) => {
    const event = await append(fact, behind);
    places.push(behind);
    return event;
  });
  const crowded: PolicyCommand = { type: 'add-policies', policies: [{ ...to(82), source: 'c' }] };
  const commands = [add(79), add(80), add(), crowded, add(81)];
  const outcomes = await Promise.allSettled(commands.map((each) => ledger.execute(each, by)));
  expect(outcomes.map((each) => (each.status === 'fulfilled' ? (each.value.event?.seq ?? null) : 'refused'))).toEqual([
    ...[1, 2, null, 'refused', 3],
  ]);
  const behindTheOneBefore = { id: expect.any(String) as string };
  expect(places).toEqual([{ seq: 0 }, behindTheOneBefore, behindTheOneBefore]);
});

it('does not believe a refusal that rests on an event which did not get its place', async () => {
  const log = new InMemoryEventLog();
  const ledger = await open(log);
  const busy = ledger.execute(add(), by);
  jest.spyOn(log, 'append').mockRejectedValueOnce(new AppendConflict('policy', { seq: 0 }));
  // These two are decided together. The first would take the only room, but loses the race, and then wants it no more.
  const first = ledger.execute(() => (ledger.conflicts === 0 ? add(80) : add()), by);
  const second = ledger.execute({ type: 'add-policies', policies: [to(81)], maxPerSource: 1 }, by);
  expect((await busy).event).toBeNull();
  expect((await first).event).toBeNull();
  expect((await second).event).toMatchObject({ seq: 1 });
});

describe('a process that is behind the log', () => {
  /** What the log looks like while nothing new arrives; who asks for its end lets everything in. */
  function behind(log: InMemoryEventLog): EventLog & { cutOff(): void } {
    let arrives = Promise.resolve();
    let letIn = (): void => {};
    return {
      append: (fact, place) => log.append(fact, place),
      lastSequence: () => {
        letIn();
        return log.lastSequence();
      },
      async *read(range) {
        for await (const event of log.read(range)) {
          await arrives;
          yield event;
        }
      },
      cutOff: () => {
        arrives = new Promise((resolve) => (letIn = resolve));
      },
    };
  }
  const other: PolicyCommand = { type: 'add-policies', policies: [{ ...to(90), source: 'c', destination: 'd' }] };

  it('refuses nothing that the log has room for', async () => {
    const log = new InMemoryEventLog();
    const late = behind(log);
    const [one, two] = [await open(log, 2), await open(late, 2)];
    await one.execute(add(80), by);
    await followers[1]?.reached(1);
    late.cutOff();
    await one.execute({ type: 'remove-policies', policies: [to(80)] }, by);
    expect((await two.execute(other, by)).event).toMatchObject({ seq: 3 });
  });

  it('refuses what the log has no room for, and says so when it cannot be asked', async () => {
    const log = new InMemoryEventLog();
    const [one, two] = [await open(log, 2), await open(log, 2)];
    await one.execute(add(80), by);
    await expect(two.execute(other, by)).rejects.toMatchObject({ code: 'tags-exhausted' });
    jest.spyOn(log, 'lastSequence').mockRejectedValueOnce(new LogUnavailable('away'));
    await expect(two.execute(other, by)).rejects.toThrow('away');
  });
});

it('goes on after a command that was refused', async () => {
  const follower = new LogFollower(new InMemoryEventLog());
  followers.push(follower);
  const ledger = new Ledger('policy', policyDecider(1), new InMemoryEventLog(), follower);
  await follower.start();
  await expect(ledger.execute(add(80), by)).rejects.toMatchObject({ code: 'tags-exhausted' });
  expect((await ledger.execute({ type: 'remove-policies', policies: [] }, by)).event).toBeNull();
});

it('passes on an error of the log, and is not held up by it', async () => {
  const log = new InMemoryEventLog();
  const ledger = await open(log);
  const append = jest.spyOn(log, 'append').mockRejectedValueOnce(new Error('away'));
  await expect(ledger.execute(add(80), by)).rejects.toThrow('away');
  append.mockRejectedValueOnce(new AppendConflict('policy', { seq: 0 }));
  await expect(ledger.execute(add(81), by)).resolves.toMatchObject({ event: { seq: 1 } });
});

it('takes nothing while the log ends before what was read of it', async () => {
  const log = new InMemoryEventLog();
  const ledger = await open(log);
  for (const port of [80, 81]) await ledger.execute(add(port), by);
  const append = jest.spyOn(log, 'append').mockRejectedValueOnce(new AppendConflict('policy', { seq: 2 }));
  jest.spyOn(log, 'lastSequence').mockResolvedValueOnce(1);
  await expect(ledger.execute(add(82), by)).rejects.toThrow('the log ends at event 1, and was read up to event 2');
  // Where only events of other topics are gone, the place is free, and what is appended gets a sequence that was given before.
  append.mockImplementationOnce(async ({ event }) => ({ seq: 2, ...event }));
  await expect(ledger.execute(add(82), by)).rejects.toThrow(LogShort);
  expect(portsOf(ledger)).toEqual([80, 81]);
  expect((await ledger.execute(add(83), by)).event).toMatchObject({ seq: 3 });
});
