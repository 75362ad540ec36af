import {
  endOf,
  groupDecider,
  leaseDecider,
  parseBlock,
  policiesIn,
  policyDecider,
  policyKey,
  Refused,
  type Decider,
  type GroupCommand,
  type LeaseCommand,
  type PolicyCommand,
} from '@heddle/domain';
import type { LoggedEvent, Topic } from '@heddle/event-log';
import { describeOnEachDatabase, loggedEvent } from '@heddle/testing';
import fc from 'fast-check';
import { openReadModel, type ReadModel, type SpanPage } from '../index';
import { undoUntil } from '../testing/undo-migrations';

const apps = fc.constantFrom('web', 'Web', 'db', '__proto__', 'ünï 🧵', '\0', '\ud800');
const policy = fc.record(
  {
    ...{ source: apps, destination: apps, protocol: fc.constantFrom('tcp' as const, 'udp' as const) },
    ...{ start: fc.constantFrom(1, 80), end: fc.constantFrom(80, 65_535) },
  },
  { noNullPrototype: true },
);
const policyCommand: fc.Arbitrary<PolicyCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('add-policies', 'remove-policies'),
      policies: fc.array(policy, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('add-policies', 'limit-policies'),
      policies: fc.array(policy, { minLength: 1, maxLength: 4 }),
      expiresAtMs: fc.constantFrom(1_764_500_000_001, 1_764_500_000_002),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('reserve-tag'),
      app: fc.constantFrom('r1', 'r2'),
      tagType: fc.constant('router'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ type: fc.constant('remove-guardrail'), name: fc.constantFrom('g1', 'g2') }),
      fc.record({
        type: fc.constant('set-guardrail'),
        guardrail: fc.record({
          ...{ name: fc.constantFrom('g1', 'g2'), mode: fc.constant('warn'), reason: fc.constantFrom('a', 'b') },
          from: fc.record({
            is: fc.constant('one-of'),
            apps: fc.array(apps, { maxLength: 1 }),
            spaces: fc.constant([]),
          }),
          to: fc.constant({ is: 'none-of', apps: [], spaces: [] } as const),
        }),
      }),
    ),
  },
);
const cell = fc.constantFrom('cell-1', 'cell-2', '\0');
const leaseCommand: fc.Arbitrary<LeaseCommand> = fc.oneof(
  fc.record({
    ...{ type: fc.constant('acquire-lease'), cell, incarnation: fc.constantFrom('1', '2') },
    ...{ underlayAddress: fc.constantFrom('10.0.0.1', '10.0.0.2'), singleAddress: fc.boolean() },
    ...{ atMs: fc.constant(5), quarantineMs: fc.constant(1) },
  }),
  fc.record({ type: fc.constant('release-lease'), cell, incarnation: fc.constantFrom('1', '2') }),
);
const groupCommand: fc.Arbitrary<GroupCommand> = fc.oneof(
  fc.record({
    type: fc.constant('put-group'),
    group: fc.record(
      {
        ...{ guid: fc.constantFrom('g1', 'g2', '\0'), name: fc.constantFrom('a', 'b'), rules: fc.constant([]) },
        ...{ stagingDefault: fc.boolean(), runningDefault: fc.boolean() },
        ...{ stagingSpaces: fc.constant(['s']), runningSpaces: fc.constant([]) },
      },
      { noNullPrototype: true },
    ),
  }),
  fc.record({ type: fc.constant('delete-group'), guid: fc.constantFrom('g1', 'g2', '\0') }),
);
type Step =
  | { topic: 'policy'; command: PolicyCommand }
  | { topic: 'lease'; command: LeaseCommand }
  | { topic: 'group'; command: GroupCommand };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: policyCommand.map((command): Step => ({ topic: 'policy', command })) },
  { weight: 1, arbitrary: leaseCommand.map((command): Step => ({ topic: 'lease', command })) },
  { weight: 1, arbitrary: groupCommand.map((command): Step => ({ topic: 'group', command })) },
);

const policies = policyDecider();
const leases = leaseDecider({ networks: [parseBlock('10.255.0.0/22')], blockPrefixLength: 24 });
const emptyBooks = { policy: policies.initialState, lease: leases.initialState, group: groupDecider.initialState };
type Books = typeof emptyBooks;

interface History {
  readonly events: LoggedEvent[];
  /** The domain's own fold after each event; the first is of none. */
  readonly after: Books[];
}

/** The log that some commands make. */
function historyOf(steps: readonly Step[]): History {
  const events: LoggedEvent[] = [];
  const after: Books[] = [emptyBooks];
  const turn = <State, Command, Event extends { type: string }>(
    topic: Topic & keyof Books,
    { decide, evolve }: Decider<State, Command, Event>,
    command: Command,
  ) => {
    const books = after.at(-1) as Books;
    const state = books[topic] as unknown as State;
    try {
      const event = decide(state, command);
      if (!event) return;
      const { type, ...data } = event;
      events.push(loggedEvent(events.length + 1, { topic, type: `${type}.v1`, data }));
      after.push({ ...books, [topic]: evolve(state, event) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  };
  for (const { topic, command } of steps) {
    if (topic === 'policy') turn(topic, policies, command);
    else if (topic === 'lease') turn(topic, leases, command);
    else turn(topic, groupDecider, command);
  }
  return { events, after };
}

/** Every page of a list, each as short as can be asked for with a sense. */
async function everyPage<Item extends { fromSeq: number; fromIndex: number }>(
  list: (page: SpanPage) => Promise<Item[]>,
): Promise<Item[]> {
  const found: Item[] = [];
  for (let after: Item | undefined; ;) {
    const page = await list({ limit: 3, ...(after && { after }) });
    found.push(...page);
    if (page.length < 3) return found;
    after = page.at(-1);
  }
}

const sorted = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();

async function expectPast(model: ReadModel, { after }: History, seq: number): Promise<void> {
  const { policy: book, lease, group } = after[seq] as Books;
  const placed = await everyPage((page) => model.policiesAt(seq, {}, page));
  const ends = placed.map((span): [string, number | null] => [policyKey(span.policy), span.expiresAtMs ?? null]);
  const standing = [...policiesIn(book)].map((one): [string, number | null] => [
    policyKey(one),
    endOf(book.boxes, one),
  ]);
  expect(sorted(ends)).toEqual(sorted(standing));
  const places = placed.map(({ fromSeq, fromIndex }) => [fromSeq, fromIndex] as const);
  expect(places).toEqual([...places].sort(([a, i], [b, j]) => a - b || i - j));
  const values = async (kind: 'tag' | 'lease' | 'group' | 'guardrail') =>
    sorted((await everyPage((page) => model.standingAt(kind, seq, page))).map(({ value }) => value));
  const tags = [...book.apps.entries()].map(([app, { tag, type = 'app' }]) => ({ app, tag, type }));
  expect(await values('tag')).toEqual(sorted(tags));
  expect(await values('lease')).toEqual(sorted([...lease.byCell.values()]));
  expect(await values('group')).toEqual(sorted([...group.groups.values()]));
  expect(await values('guardrail')).toEqual(sorted([...book.guardrails.values()].map(({ statement }) => statement)));
}

/** What stood between two changes is what stood after one of them, each once. */
async function expectBetween(model: ReadModel, since: number, until: number): Promise<void> {
  const each = new Map<string, unknown>();
  for (let seq = since; seq <= until; seq++) {
    for (const span of await model.policiesAt(seq, {}, { limit: 1_000 }))
      each.set(`${span.fromSeq}.${span.fromIndex}`, span);
  }
  const between = await everyPage((page) => model.policiesBetween(since, until, {}, page));
  const inOrder = [...each.values()] as typeof between;
  expect(between).toEqual(inOrder.sort((a, b) => a.fromSeq - b.fromSeq || a.fromIndex - b.fromIndex));
}

/** Made anew, with so many events at once and the others as they come, the tables are the same, while those in use are ahead. */
async function expectSameAnew(model: ReadModel, events: readonly LoggedEvent[], atOnce: number): Promise<void> {
  const rebuild = await model.beginRebuild();
  try {
    for (const event of events.slice(0, atOnce)) await rebuild.take(event);
    await rebuild.complete();
    await rebuild.compareAhead(new AbortController().signal);
    const catchUp = async () => void (await rebuild.projector().apply(events));
    const comparison = await rebuild.finish({ catchUp, isSwapped: false });
    expect(comparison).toMatchObject({ position: events.length, isEqual: true });
  } finally {
    await rebuild.close();
  }
}

/** A cell that leaves and comes back, both in the second portion. */
const leaseTakenAgain: readonly Step[] = (['acquire-lease', 'release-lease', 'acquire-lease'] as const).map(
  (type, at): Step => ({
    topic: 'lease',
    command: {
      ...{ type, cell: 'cell-1', incarnation: at < 2 ? '1' : '2', underlayAddress: '10.0.0.1' },
      ...{ singleAddress: false, atMs: 5, quarantineMs: 1 },
    },
  }),
);

describeOnEachDatabase('the past', (databases) => {
  it('is, after every change, what a replay of the log up to it gives, however it came into the tables', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      sizes,
      async (steps, portions) => {
        const history = historyOf(steps);
        const location = await databases.fresh();
        const model = await openReadModel(location);
        const projector = model.projector();
        for (let from = 0, i = 0; from < history.events.length; i++) {
          const size = portions[i % portions.length] as number;
          await projector.apply(history.events.slice(from, from + size));
          from += size;
        }
        for (const seq of history.after.keys()) await expectPast(model, history, seq);
        const last = history.events.length;
        await expectBetween(model, Math.floor(last / 3), Math.floor((2 * last) / 3));
        await expectSameAnew(model, history.events, (portions[0] as number) % (last + 1));
        await model.close();

        await undoUntil(location, 'policy_span');
        const upgraded = await openReadModel(location);
        for (const seq of history.after.keys()) await expectPast(upgraded, history, seq);
        await upgraded.close();
      },
    );
    await fc.assert(property, { numRuns: 10, examples: [[[...leaseTakenAgain], [1, 2]]] });
  }, 240_000);

  it('is found by its time, by the clock of each change and the sequence among them', async () => {
    const model = await openReadModel(await databases.fresh());
    const taken = ['09:00:00', '09:00:02', '09:00:01', '09:00:03'];
    const data = { command: 'add-policies', policies: 1 };
    const events = taken.map((time, i) =>
      loggedEvent(i + 1, { type: 'policies-confirmed.v1', time: `2025-11-03T${time}.000Z`, data }),
    );
    await model.projector().apply(events);
    const newestAt = async (time: string) => (await model.newestChangeAt(Date.parse(`2025-11-03T${time}Z`)))?.seq;
    expect(await newestAt('08:59:59.999')).toBeUndefined();
    expect(await newestAt('09:00:00')).toBe(1);
    // Another control plane's clock is a second behind: its change came later all the same.
    expect(await newestAt('09:00:02')).toBe(3);
    expect(await newestAt('09:00:01.500')).toBe(3);
    expect(await newestAt('23:00:00')).toBe(4);
    expect(await model.momentOf(4)).toEqual({ seq: 4, time: '2025-11-03T09:00:03.000Z' });
    expect(await model.momentOf(5)).toBeUndefined();
    await model.close();
  });
});
