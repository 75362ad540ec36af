import { sealEvent } from './cloud-event';
import { GENESIS_HASH, type LoggedEvent, type Topic } from './event-log';
import { LogFollower } from './log-follower';
import { InMemoryEventLog } from './memory/in-memory-event-log';

const log = () => new InMemoryEventLog();

async function append(to: InMemoryEventLog, topic: Topic, id: string): Promise<LoggedEvent> {
  const about = {
    id,
    topic,
    type: 'tested.v1',
    time: '2026-11-22T09:00:00Z',
    actor: { name: 'a' },
    correlationId: 'c',
  };
  return to.append(sealEvent({ ...about, data: {} }, GENESIS_HASH), { seq: 0 });
}

/** A fold that takes as long as the test wants, and what the folds have seen. */
function slowFold(follower: LogFollower) {
  const seen: string[] = [];
  let goOn!: () => void;
  let fail!: (error: Error) => void;
  follower.subscribe(({ seq, topic }) => {
    seen.push(`first ${seq}`);
    if (topic !== 'policy') return undefined;
    return new Promise<void>((resolve, reject) => ([goOn, fail] = [resolve, reject]));
  });
  follower.subscribe(({ seq }) => void seen.push(`second ${seq}`));
  return { seen, goOn: () => goOn(), fail: (error: Error) => fail(error) };
}

it('gives an event that is folded in turns to the next fold, and the next event to any, only when that is done', async () => {
  const events = log();
  const follower = new LogFollower(events);
  const { seen, goOn } = slowFold(follower);
  await follower.start();
  follower.offer(await append(events, 'policy', 'large'));
  follower.offer(await append(events, 'lease', 'small'));
  await new Promise(setImmediate);
  expect(seen).toEqual(['first 1']);
  expect(follower.position).toBe(0);
  goOn();
  await follower.reached(2);
  expect(seen).toEqual(['first 1', 'second 1', 'first 2', 'second 2']);
  await follower.close();
});

it.each(['at once', 'in turns'])(
  'lets those pass over an event who have to, where the judge finds something %s, and asks before anybody folds it',
  async (how) => {
    const events = log();
    const seen: string[] = [];
    const judge = ({ id, seq }: LoggedEvent) => {
      seen.push(`judged ${seq}`);
      const fault = id === 'altered' ? 'it cannot be' : undefined;
      return how === 'at once' ? fault : new Promise<typeof fault>((resolve) => setImmediate(() => resolve(fault)));
    };
    const follower = new LogFollower(events, judge);
    follower.subscribe(
      ({ seq }) => void seen.push(`folded ${seq}`),
      ({ seq }) => void seen.push(`passed over ${seq}`),
    );
    follower.subscribe(({ seq }) => void seen.push(`folded ${seq} too`));
    await append(events, 'policy', 'good');
    await append(events, 'lease', 'altered');
    await append(events, 'group', 'other');
    await follower.start();
    expect(seen).toEqual([
      ...['judged 1', 'folded 1', 'folded 1 too'],
      ...['judged 2', 'passed over 2'],
      ...['judged 3', 'folded 3', 'folded 3 too'],
    ]);
    await follower.close();
  },
);

it('does not judge what this process has appended, and gives it once when it is offered while it is judged', async () => {
  const events = log();
  const seen: number[] = [];
  let goOn!: (fault: string | undefined) => void;
  const follower = new LogFollower(events, () => new Promise((resolve) => (goOn = resolve)));
  follower.subscribe(({ seq }) => void seen.push(seq));
  await follower.start();
  const own = await append(events, 'policy', 'own');
  await new Promise(setImmediate);
  follower.offer(own);
  goOn('it cannot be');
  await new Promise(setImmediate);
  expect(seen).toEqual([1]);
  await follower.close();
});

it('ends when an event cannot be folded in turns, also one that was offered', async () => {
  const events = log();
  const follower = new LogFollower(events);
  const { fail } = slowFold(follower);
  await follower.start();
  follower.offer(await append(events, 'policy', 'large'));
  fail(new Error('inconsistent'));
  await expect(follower.closed).rejects.toThrow('inconsistent');
  expect(follower.position).toBe(0);
});
