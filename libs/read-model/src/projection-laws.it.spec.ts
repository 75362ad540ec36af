import { policiesIn, policyDecider, policyKey, type Policy, type PolicyBook, type PolicyCommand } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { describeOnEachDatabase, describeWithPostgres, loggedEvent } from '@heddle/testing';
import fc from 'fast-check';
import { openReadModel, type ReadModel } from './index';

const APPS = [
  'web',
  'Web',
  'db',
  '__proto__',
  'a,b',
  "o'neil",
  '100%',
  '_',
  'ünï 🧵',
  '\0',
  'a\0b',
  '\ud800',
  '\u001a0000',
];

const policy: fc.Arbitrary<Policy> = fc.record(
  {
    source: fc.constantFrom(...APPS),
    destination: fc.constantFrom(...APPS),
    protocol: fc.constantFrom('tcp', 'udp'),
    start: fc.constantFrom(1, 80),
    end: fc.constantFrom(80, 65_535),
  },
  { noNullPrototype: true },
);
const command: fc.Arbitrary<PolicyCommand> = fc.record({
  type: fc.constantFrom('add-policies', 'remove-policies'),
  policies: fc.array(policy, { minLength: 1, maxLength: 4 }),
});
const commands = fc.array(command, { minLength: 1, maxLength: 25 });

/** One delivery to the projector: how far behind what it has it begins, how many events it brings, whether it fails midway. */
interface Delivery {
  readonly repeated: number;
  readonly fresh: number;
  readonly fails: boolean;
}
const delivery: fc.Arbitrary<Delivery> = fc.record({ repeated: fc.nat(3), fresh: fc.nat(6), fails: fc.boolean() });

/** What the tables are to hold: policies in the order they were added, and tags by app. */
interface Expected {
  readonly policies: Policy[];
  readonly tags: { app: string; tag: number; type: string }[];
}

interface History {
  readonly events: LoggedEvent[];
  /** What the tables are to hold after each event; `after[0]` before the first. */
  readonly after: Expected[];
}

const decider = policyDecider();

/** The log that some commands make, and the fold of the domain after each of its events. */
function historyOf(given: readonly PolicyCommand[]): History {
  let book = decider.initialState;
  let order = new Map<string, Policy>();
  const events: LoggedEvent[] = [];
  const after: Expected[] = [{ policies: [], tags: [] }];
  for (const one of given) {
    const event = decider.decide(book, one);
    if (event?.type !== 'policies-changed') continue;
    const { type, ...data } = event;
    events.push(loggedEvent(events.length + 1, { type: `${type}.v1`, data }));
    book = decider.evolve(book, event);
    order = new Map(order);
    for (const removed of event.removed) order.delete(policyKey(removed));
    for (const added of event.added) order.set(policyKey(added), added);
    after.push(expectedOf(book, order));
  }
  return { events, after };
}

function expectedOf(book: PolicyBook, order: ReadonlyMap<string, Policy>): Expected {
  const policies = [...policiesIn(book)].map(policyKey);
  expect(new Set(order.keys())).toEqual(new Set(policies));
  const tags = [...book.apps.entries()].map(([app, { tag }]) => ({ app, tag, type: 'app' }));
  return { policies: [...order.values()], tags: tags.sort((a, b) => a.tag - b.tag) };
}

/** An event that the database refuses after most of its batch is written: two tags for one app. */
function refusedByTheTables(seq: number): LoggedEvent {
  const tagsAllocated = [60_001, 60_002].map((tag) => ({ app: 'twice', tag }));
  return loggedEvent(seq, {
    type: 'policies-changed.v1',
    data: { added: [], removed: [], tagsAllocated, tagsReleased: [] },
  });
}

async function expectTables(model: ReadModel, { events, after }: History, position: number): Promise<void> {
  expect(await model.cursor('log')).toBe(position);
  expect(await model.listPolicies()).toStrictEqual(after[position]?.policies);
  expect(await model.listTags()).toStrictEqual(after[position]?.tags);
  const newestFirst = events.slice(0, position).reverse();
  expect(await model.listChanges({ limit: events.length + 1 })).toStrictEqual(newestFirst);
}

describeOnEachDatabase('the projection', (databases) => {
  it('equals the fold of the log, whatever the batches, the repetitions and the failures in between', async () => {
    const property = fc.asyncProperty(commands, fc.array(delivery), async (given, deliveries) => {
      const history = historyOf(given);
      const model = await openReadModel(await databases.fresh());
      const projector = model.projector();
      let position = 0;
      for (const { repeated, fresh, fails } of deliveries) {
        const batch = history.events.slice(Math.max(0, position - repeated), position + fresh);
        if (fails) {
          const refused = refusedByTheTables((batch.at(-1)?.seq ?? position) + 1);
          await expect(projector.apply([...batch, refused])).rejects.toThrow(/unique|exclu/i);
        } else {
          position = Math.max(position, batch.at(-1)?.seq ?? 0);
          expect(await projector.apply(batch)).toBe(position);
        }
        await expectTables(model, history, position);
      }
      expect(await model.projector().apply(history.events)).toBe(history.events.length);
      await expectTables(model, history, history.events.length);
      await model.close();
    });
    await fc.assert(property, { numRuns: 20 });
  }, 120_000);

  it('is the same for any two projectors that take turns', async () => {
    const property = fc.asyncProperty(commands, fc.array(fc.tuple(fc.boolean(), fc.nat(5))), async (given, turns) => {
      const history = historyOf(given);
      const model = await openReadModel(await databases.fresh());
      const [one, other] = [model.projector(), model.projector()];
      for (const [isOne, upTo] of turns) await (isOne ? one : other).apply(history.events.slice(0, upTo));
      await Promise.all([one.apply(history.events), other.apply(history.events)]);
      await expectTables(model, history, history.events.length);
      await model.close();
    });
    await fc.assert(property, { numRuns: 10 });
  }, 120_000);
});

describeWithPostgres('two processes projecting into one PostgreSQL', (server) => {
  it('write every event once, whoever is first', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(commands, sizes, sizes, async (given, mine, yours) => {
      const history = historyOf(given);
      const databaseUrl = await server().createDatabase();
      const models = await Promise.all([openReadModel({ databaseUrl }), openReadModel({ databaseUrl })]);
      const positions = await Promise.all(
        models.map((model, i) => applyInBatches(model, history.events, i === 0 ? mine : yours)),
      );
      expect(positions).toEqual([history.events.length, history.events.length]);
      for (const model of models) {
        await expectTables(model, history, history.events.length);
        await model.close();
      }
    });
    await fc.assert(property, { numRuns: 10 });
  }, 120_000);
});

async function applyInBatches(
  model: ReadModel,
  events: readonly LoggedEvent[],
  sizes: readonly number[],
): Promise<number> {
  const projector = model.projector();
  let position = 0;
  for (let from = 0, i = 0; from < events.length; i++) {
    const size = sizes[i % sizes.length] as number;
    position = await projector.apply(events.slice(from, from + size));
    from += size;
  }
  return position;
}
