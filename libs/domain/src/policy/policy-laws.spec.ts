import fc from 'fast-check';
import { Refused } from '../refused';
import { atOnce, type Steps } from '../steps';
import type { AddPolicies, PolicyCommand, RemovePolicies } from './commands';
import { policyContradiction } from './contradiction';
import type { PoliciesChanged, PoliciesConfirmed, PolicyEvent } from './events';
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
  .map(([type, policies]) => ({ type, policies }));
const reservation = fc.record({
  type: fc.constant('reserve-tag' as const),
  app: fc.constantFrom('a', 'b', 'INGRESS_ROUTER', ''),
  tagType: fc.constantFrom('app', 'router', ''),
});

/** Each once, where it stood first. */
function distinct(policies: readonly Policy[]): Policy[] {
  const keys = policies.map(policyKey);
  return policies.filter((_, i) => keys.indexOf(keys[i] as string) === i);
}

function run(commands: readonly PolicyCommand[]): PolicyBook {
  return commands.reduce(step, decider.initialState);
}

/** The book after a command, the same one when it was refused. */
function step(book: PolicyBook, next: PolicyCommand): PolicyBook {
  const event = decided(book, next);
  return event ? decider.evolve(book, event) : book;
}

function decided(book: PolicyBook, command: PolicyCommand): PolicyEvent | undefined {
  try {
    return decider.decide(book, command);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

/** The policy set by the plainest means: a set of texts. */
function oracle(commands: readonly (AddPolicies | RemovePolicies)[]): Map<string, Policy> {
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

  it('a router has the tag it was given first, for ever, and no policy', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(command, reservation), { maxLength: 30 }), (commands) => {
        let book = decider.initialState;
        const routers = new Map<string, number>();
        for (const next of commands) {
          book = step(book, next);
          for (const [name, { tag, type }] of book.apps.entries()) {
            if (type === undefined) continue;
            expect(tag).toBe(routers.get(name) ?? tag);
            routers.set(name, tag);
          }
          const parties = [...policiesIn(book)].flatMap(({ source, destination }) => [source, destination]);
          expect(parties.filter((name) => routers.has(name))).toEqual([]);
          for (const [name, tag] of routers) expect(book.apps.get(name)?.tag).toBe(tag);
          const tags = [...book.apps.values()].map(({ tag }) => tag);
          expect(new Set(tags).size).toBe(tags.length);
        }
      }),
    ));

  it('an event contradicts nothing, and contradicts itself when it comes again with an effect', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(command, reservation), { maxLength: 30 }), (commands) => {
        let book = decider.initialState;
        for (const next of commands) {
          const event = decided(book, next);
          if (!event) continue;
          expect(atOnce(policyContradiction(book, event))).toBeUndefined();
          book = decider.evolve(book, event);
          const again = atOnce(policyContradiction(book, event));
          expect(again === undefined).toBe(event.type === 'policies-confirmed');
        }
      }),
    ));

  it('an event tells all that was asked, where it is not much', () =>
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 20 }), (commands) => {
        const asked = commands.at(-1) as AddPolicies | RemovePolicies;
        const event = decider.decide(run(commands.slice(0, -1)), asked) as PoliciesChanged | PoliciesConfirmed;
        const {
          effect,
          count,
          unchanged = [],
        } = event.type === 'policies-confirmed'
          ? { effect: [], count: event.policies, unchanged: event.unchanged }
          : { effect: [...event.added, ...event.removed], count: event.asked?.policies, ...event.asked };
        expect(count ?? effect.length).toBe(asked.policies.length);
        const keys = (policies: readonly Policy[]) => policies.map(policyKey).sort();
        expect(keys([...effect, ...unchanged])).toEqual(keys(distinct(asked.policies)));
      }),
    ));

  it('repeating a command changes nothing, and is told', () =>
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 20 }), (commands) => {
        const { type, policies } = commands.at(-1) as AddPolicies;
        const unchanged = distinct(policies);
        const told = { type: 'policies-confirmed', command: type, policies: policies.length, unchanged };
        expect(decider.decide(run(commands), { type, policies })).toEqual(told);
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

/** An event in parts, each as small as can be: tags first, then the policies, one by one, then the tags given back. */
function partsOf(event: PoliciesChanged): PoliciesChanged[] {
  const nothing = { ...event, added: [], removed: [], tagsAllocated: [], tagsReleased: [] };
  return [
    ...event.tagsAllocated.map((tag) => ({ ...nothing, tagsAllocated: [tag] })),
    ...event.removed.map((policy) => ({ ...nothing, removed: [policy] })),
    ...event.added.map((policy) => ({ ...nothing, added: [policy] })),
    ...event.tagsReleased.map((tag) => ({ ...nothing, tagsReleased: [tag] })),
  ];
}

/** Everything a book holds, in one order. */
function contentOf({ apps, tags }: PolicyBook) {
  const entries = [...apps.entries()].map(([app, { inbound, ...rest }]) => ({
    ...{ app, ...rest },
    inbound: [...inbound.values()].map(policyKey).sort(),
  }));
  return { apps: entries.sort((a, b) => (a.app < b.app ? -1 : 1)), tags };
}

describe('a large event', () => {
  it('comes to the same as its parts, one after another', () =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 10 }), command, (commands, next) => {
        const before = run(commands);
        const event = decider.decide(before, next);
        if (event?.type !== 'policies-changed') return;
        const inParts = partsOf(event).reduce((book, part) => decider.evolve(book, part), before);
        expect(contentOf(inParts)).toEqual(contentOf(decider.evolve(before, event)));
      }),
    ));

  it('is decided and folded with pauses, in which the book before it is still that', () => {
    const policies = Array.from({ length: 3_000 }, (_, n): Policy => ({
      ...{ source: `a${n % 7}`, destination: `b${n}`, protocol: 'tcp' },
      ...{ start: 1, end: 2 },
    }));
    const before = run([{ type: 'add-policies', policies: policies.slice(0, 500) }]);
    const held = contentOf(before);
    const pausing = <Result>(steps: Steps<Result>): Result => {
      let pauses = 0;
      let step = steps.next();
      for (; !step.done; step = steps.next()) if (pauses++ % 4 === 0) expect(contentOf(before)).toEqual(held);
      expect(pauses).toBeGreaterThan(policies.length / 300);
      return step.value;
    };
    for (const type of ['add-policies', 'remove-policies'] as const) {
      const start = type === 'add-policies' ? before : run([{ type: 'add-policies', policies }]);
      const event = pausing(decider.inSteps!.decide(start, { type, policies })) as PolicyEvent;
      expect(event).toEqual(decider.decide(start, { type, policies }));
      expect(contentOf(pausing(decider.inSteps!.evolve(start, event)))).toEqual(
        contentOf(decider.evolve(start, event)),
      );
    }
  });

  it('has its policies in the order in which they first stood', () => {
    const [a, b] = ['a', 'b'].map((source): Policy => ({
      source,
      destination: 'c',
      protocol: 'tcp',
      start: 1,
      end: 1,
    }));
    const event = decider.decide(decider.initialState, { type: 'add-policies', policies: [a!, b!, a!] });
    expect(event).toMatchObject({ added: [a, b] });
  });
});
