import fc from 'fast-check';
import type { PolicyCommand } from './commands';
import { policyKey, type Policy } from './policy';
import { policiesIn, type PolicyBook } from './policy-book';
import { policyDecider } from './policy-decider';

const decider = policyDecider();
const app = fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'a:b');
const policy = fc.record<Policy>({
  source: app,
  destination: app,
  protocol: fc.constantFrom('tcp', 'udp'),
  start: fc.constantFrom(80, 81),
  end: fc.constantFrom(81, 90),
});
const command = fc
  .tuple(
    fc.constantFrom('add-policies' as const, 'remove-policies' as const),
    fc.array(policy, { minLength: 1, maxLength: 5 }),
  )
  .map(([type, policies]): PolicyCommand => ({ type, policies }));

function run(commands: readonly PolicyCommand[]): PolicyBook {
  return commands.reduce((book, next) => {
    const event = decider.decide(book, next);
    return event ? decider.evolve(book, event) : book;
  }, decider.initialState);
}

/** The policy set by the plainest means: a set of texts. */
function oracle(commands: readonly PolicyCommand[]): Map<string, Policy> {
  const set = new Map<string, Policy>();
  for (const { type, policies } of commands) {
    for (const each of policies) {
      const key = JSON.stringify([each.source, each.destination, each.protocol, each.start, each.end]);
      if (type === 'add-policies') set.set(key, each);
      else set.delete(key);
    }
  }
  return set;
}

describe('after any commands', () => {
  it('the book holds exactly the policies added and not removed', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const held = [...policiesIn(run(commands))].map(policyKey).sort();
        expect(held).toEqual([...oracle(commands).values()].map(policyKey).sort());
      }),
    ));

  it('an app has a tag exactly while it takes part in a policy, and no two share one', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const book = run(commands);
        const parties = new Set(
          [...oracle(commands).values()].flatMap(({ source, destination }) => [source, destination]),
        );
        const tags = [...book.apps.entries()].map(([, { tag }]) => tag);
        expect(new Set([...book.apps.entries()].map(([name]) => name))).toEqual(parties);
        expect(new Set(tags).size).toBe(tags.length);
        expect([...tags, ...book.tags.released].sort((a, b) => a - b)).toEqual(
          Array.from({ length: book.tags.next - 1 }, (_, i) => i + 1),
        );
      }),
    ));

  it('repeating a command changes nothing', () =>
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 20 }), (commands) => {
        expect(decider.decide(run(commands), commands.at(-1) as PolicyCommand)).toBeUndefined();
      }),
    ));

  it('removing everything frees every tag', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const left = [...policiesIn(run(commands))];
        const book = run([...commands, { type: 'remove-policies', policies: left }]);
        expect(book.apps.size).toBe(0);
        expect(book.tags.released).toHaveLength(book.tags.next - 1);
      }),
    ));

  it('an older book stays as it was', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 10 }), command, (commands, next) => {
        const before = run(commands);
        const seen = [...policiesIn(before)].map(policyKey).sort();
        const event = decider.decide(before, next);
        if (event) decider.evolve(before, event);
        expect([...policiesIn(before)].map(policyKey).sort()).toEqual(seen);
      }),
    ));
});
