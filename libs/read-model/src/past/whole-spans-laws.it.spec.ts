import {
  endOf,
  policiesIn,
  policyDecider,
  policyKey,
  Refused,
  type Policy,
  type PolicyBook,
  type PolicyCommand,
} from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { describeOnEachDatabase, loggedEvent } from '@heddle/testing';
import fc from 'fast-check';
import { openReadModel, type ReadModel } from '../index';

const { initialState, decide, evolve } = policyDecider();
const few = (['tcp', 'udp'] as const).map((protocol): Policy => {
  return { source: 'web', destination: 'db', protocol, start: 80, end: 80 };
});
const policies = fc.subarray(few, { minLength: 1 });
const expiresAtMs = fc.constantFrom(1_764_500_000_001, 1_764_500_000_002, 1_764_500_000_003);
const command: fc.Arbitrary<PolicyCommand> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom('add-policies', 'limit-policies'), policies, expiresAtMs }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('add-policies', 'remove-policies'), policies }) },
);

interface History {
  readonly events: LoggedEvent[];
  /** The book after each event; the first is of none. */
  readonly after: PolicyBook[];
}

/** The log that some commands make. */
function historyOf(commands: readonly PolicyCommand[]): History {
  const events: LoggedEvent[] = [];
  const after = [initialState];
  for (const one of commands) {
    const book = after.at(-1) as PolicyBook;
    try {
      const event = decide(book, one);
      if (!event) continue;
      const { type, ...data } = event;
      events.push(loggedEvent(events.length + 1, { topic: 'policy', type: `${type}.v1`, data }));
      after.push(evolve(book, event));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return { events, after };
}

/** The time around a change for which a policy stood, by a look at every change one by one. */
function wholeAround(policy: Policy, seq: number, { after }: History) {
  const isGone = (book: PolicyBook) => ![...policiesIn(book)].some((one) => policyKey(one) === policyKey(policy));
  const fromSeq = after.findLastIndex((book, at) => at < seq && isGone(book)) + 1;
  const gone = after.findIndex((book, at) => at > seq && isGone(book));
  const expires = endOf((after.at(gone < 0 ? -1 : gone - 1) as PolicyBook).boxes, policy);
  return { policy, fromSeq, untilSeq: gone < 0 ? null : gone, ...(expires !== null && { expiresAtMs: expires }) };
}

async function expectWhole(model: ReadModel, history: History, since: number, until: number): Promise<void> {
  const parts = await model.policiesBetween(since, until, {}, { limit: 1_000 });
  const follows = ({ policy, fromSeq }: (typeof parts)[number]) =>
    parts.some((part) => policyKey(part.policy) === policyKey(policy) && part.untilSeq === fromSeq);
  const firsts = parts.filter((part) => !follows(part));
  const wanted = firsts.map((found) => ({ found, whole: wholeAround(found.policy, found.fromSeq, history) }));
  expect(await model.wholeSpans(parts, since)).toEqual(wanted);
}

describeOnEachDatabase('the time for which a policy stood', (databases) => {
  it('is told once in every window, whole, however often its end moved', async () => {
    const property = fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 20 }), async (commands) => {
      const history = historyOf(commands);
      const model = await openReadModel(await databases.fresh());
      await model.projector().apply(history.events);
      for (const since of history.after.keys())
        for (let until = since; until < history.after.length; until += 3)
          await expectWhole(model, history, since, until);
      await model.close();
    });
    await fc.assert(property, { numRuns: 8 });
  }, 120_000);
});
