import {
  allows,
  edgeDifferences,
  edgesOf,
  policiesIn,
  policyDecider,
  type Policy,
  type PolicyBook,
  type PolicyCommand,
  type PolicySpan,
} from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { describeOnEachDatabase, loggedEvent } from '@heddle/testing';
import fc from 'fast-check';
import { openReadModel, type PairPage, type ReadModel } from '../index';

const apps = fc.constantFrom('web', 'Web', 'db', '\0', '\ud800');
const policy: fc.Arbitrary<Policy> = fc.record(
  {
    ...{ source: apps, destination: apps, protocol: fc.constantFrom('tcp' as const, 'udp' as const) },
    ...{ start: fc.constantFrom(1, 80), end: fc.constantFrom(80, 90) },
  },
  { noNullPrototype: true },
);
const command: fc.Arbitrary<PolicyCommand> = fc.record({
  type: fc.constantFrom('add-policies', 'remove-policies'),
  policies: fc.array(policy, { minLength: 1, maxLength: 4 }),
});

/** A log, and the book after each of its changes. */
function historyOf(commands: readonly PolicyCommand[]): { events: LoggedEvent[]; books: PolicyBook[] } {
  const decider = policyDecider();
  const books = [decider.initialState];
  const events: LoggedEvent[] = [];
  for (const one of commands) {
    const event = decider.decide(books.at(-1) as PolicyBook, one);
    if (!event) continue;
    const { type, ...data } = event;
    const seq = events.length + 1;
    events.push(
      loggedEvent(seq, { type: `${type}.v1`, data, actor: { name: `actor-${seq}` }, reason: `because ${seq}` }),
    );
    books.push(decider.evolve(books.at(-1) as PolicyBook, event));
  }
  return { events, books };
}

async function everyPair(list: (page: PairPage) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const page = await list({ limit: 2, ...(found.length > 0 && { after: found.at(-1) }) });
    found.push(...page);
    if (page.length < 2) return found;
  }
}

const sorted = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
const policiesOf = (spans: readonly PolicySpan[]) => spans.map((span) => span.policy);

describeOnEachDatabase('reachability in the tables', (databases) => {
  it('is, after each change and between any two, what the book of the domain says', async () => {
    const property = fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 15 }),
      policy,
      async (commands, asked) => {
        const { events, books } = historyOf(commands);
        const model = await openReadModel(await databases.fresh());
        await model.projector().apply(events);
        for (const [seq, book] of books.entries()) {
          const held = [...policiesIn(book)];
          const pairs = await everyPair((page) => model.pairsAt(seq, page));
          const edges = edgesOf(policiesOf(await model.spansOfPairs(pairs, [seq])));
          expect(sorted(edges)).toEqual(sorted(edgesOf(held)));
          expect(edges).toHaveLength(pairs.length);
          await expectBetween(model, { asked, books, seq });
        }
        const until = Math.floor(books.length / 2);
        for (const since of books.keys()) {
          const [from, to] = [Math.min(since, until), Math.max(since, until)];
          const touched = await everyPair((page) => model.pairsTouched(from, to, page));
          const differences = edgeDifferences(await model.spansOfPairs(touched, [from, to]), from, to);
          const [before, after] = [from, to].map((seq) => edgesOf([...policiesIn(books[seq] as PolicyBook)]));
          expect(sorted(differences.flatMap(({ changes: _, ...rest }) => rest))).toEqual(
            sorted(plainDifferences(before ?? [], after ?? [])),
          );
        }
        await model.close();
      },
    );
    await fc.assert(property, { numRuns: 10 });
  }, 240_000);

  it('knows which apps there ever were, and who made which change', async () => {
    const policies = [{ source: 'web', destination: '\0', protocol: 'tcp' as const, start: 1, end: 1 }];
    const { events } = historyOf([
      { type: 'add-policies', policies },
      { type: 'remove-policies', policies },
    ]);
    const model = await openReadModel(await databases.fresh());
    await model.projector().apply(events);
    expect(await model.knownApps(['web', '\0', 'db', 'WEB'])).toEqual(new Set(['web', '\0']));
    expect(await model.authorsOf([2, 9, 1])).toEqual([
      { seq: 1, time: events[0]?.time, actor: 'actor-1', reason: 'because 1' },
      { seq: 2, time: events[1]?.time, actor: 'actor-2', reason: 'because 2' },
    ]);
    await model.close();
  });
});

interface Asked {
  readonly asked: Policy;
  readonly books: readonly PolicyBook[];
  readonly seq: number;
}

/** Against a look at every book there was. */
async function expectBetween(model: ReadModel, { asked, books, seq }: Asked): Promise<void> {
  const traffic = { protocol: asked.protocol, port: asked.start };
  const allowing = (book: PolicyBook | undefined) =>
    [...policiesIn(book as PolicyBook)].filter(
      (one) => one.source === asked.source && one.destination === asked.destination && allows(one, traffic),
    );
  const { standing, last } = await model.betweenApps(asked, seq, traffic, 10);
  expect(sorted(policiesOf(standing))).toEqual(sorted(allowing(books[seq])));
  const ended = [...Array(seq).keys()].reverse().find((earlier) => allowing(books[earlier]).length > 0);
  expect(last?.untilSeq).toBe(standing.length > 0 || ended === undefined ? undefined : ended + 1);
}

function plainDifferences(before: ReturnType<typeof edgesOf>, after: ReturnType<typeof edgesOf>) {
  const key = ({ source, destination }: { source: string; destination: string }) =>
    JSON.stringify([source, destination]);
  const [old, now] = [before, after].map((edges) => new Map(edges.map((edge) => [key(edge), edge])));
  return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].flatMap((pair) => {
    const [source, destination] = JSON.parse(pair) as [string, string];
    const [was, is] = [old?.get(pair)?.ports ?? [], now?.get(pair)?.ports ?? []];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const what = was.length === 0 ? 'added' : is.length === 0 ? 'removed' : 'changed';
    return [{ source, destination, what, before: was, after: is }];
  });
}
