import fc from 'fast-check';
import type { PolicyCommand, RestoreStep } from '../policy/commands';
import { policyKey, type Policy } from '../policy/policy';
import { hasPolicy, policiesIn, type PolicyBook } from '../policy/policy-book';
import { policyDecider } from '../policy/policy-decider';
import { endOf } from '../policy/term';
import { Refused } from '../refused';
import type { AppSelector, Guardrail } from './guardrail';

const APPS = ['a', 'b', 'c', 'd'];
const SPACES: Record<string, string | null> = { a: 'one', b: 'one', c: 'two', d: null };
const decider = policyDecider();

const app = fc.constantFrom(...APPS);
const policy = fc.record<Policy>({
  ...{ source: app, destination: app, protocol: fc.constantFrom('tcp', 'udp') },
  ...{ start: fc.constantFrom(80, 82), end: fc.constantFrom(82, 84) },
});
const policies = fc.array(policy, { minLength: 1, maxLength: 4 });
const selector: fc.Arbitrary<AppSelector> = fc.record({
  is: fc.constantFrom('one-of', 'none-of'),
  apps: fc.uniqueArray(app, { maxLength: 2 }),
  spaces: fc.uniqueArray(fc.constantFrom('one', 'two'), { maxLength: 1 }),
});
const guardrail: fc.Arbitrary<Guardrail> = fc.record(
  {
    ...{ name: fc.constantFrom('g', 'h'), mode: fc.constantFrom('refuse', 'refuse', 'warn') },
    ...{ from: selector, to: selector, protocol: fc.constantFrom('tcp', 'udp') },
    ports: fc.constantFrom({ start: 80, end: 81 }, { start: 84, end: 99 }),
  },
  { requiredKeys: ['name', 'mode', 'from', 'to'] },
);
const end = fc.constantFrom(undefined, 100, 200);
const spaces = new Map(Object.entries(SPACES));
/** What somebody wants; to restore is decided on the book as it is then. */
type Wish =
  PolicyCommand | { readonly type: 'restore'; readonly policies: readonly Policy[]; readonly to: number | null };
const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('add-policies'),
      policies,
      expiresAtMs: end,
      spaces: fc.constant(spaces),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('restore'), policies, to: fc.constantFrom(null, 100, 200) }) },
  fc.record({ type: fc.constant('remove-policies'), policies }),
  fc.record({ type: fc.constant('limit-policies'), policies, expiresAtMs: fc.constant(100) }),
  fc.record({ type: fc.constant('set-guardrail'), guardrail }),
  fc.record({ type: fc.constant('remove-guardrail'), name: fc.constantFrom('g', 'h') }),
) as fc.Arbitrary<Wish>;

function commandOf(book: PolicyBook, asked: Wish): PolicyCommand {
  if (asked.type !== 'restore') return asked;
  const distinct = [...new Map(asked.policies.map((each) => [policyKey(each), each])).values()];
  const steps = distinct.map((each): RestoreStep => {
    const from = hasPolicy(book, each) ? endOf(book.boxes, each) : 'absent';
    return { policy: each, from, to: asked.to };
  });
  return { type: 'restore-policies', undone: [1], steps, spaces };
}

/** Whether one packet that a policy lets through is one that a guardrail is about, or may be: tried out, packet by packet. */
function isAgainst({ from, to, protocol, ports }: Guardrail, allowed: Policy): boolean {
  const mayBe = ({ is, apps, spaces: named }: AppSelector, one: string): boolean => {
    if (apps.includes(one)) return is === 'one-of';
    if (named.length === 0) return is === 'none-of';
    if (SPACES[one] === null) return true;
    return named.includes(SPACES[one] as string) === (is === 'one-of');
  };
  for (const wire of ['tcp', 'udp'] as const) {
    for (let port = 1; port < 110; port++) {
      const passes = wire === allowed.protocol && port >= allowed.start && port <= allowed.end;
      const isMeant = (protocol ?? wire) === wire && port >= (ports?.start ?? 1) && port <= (ports?.end ?? 109);
      if (passes && isMeant) return mayBe(from, allowed.source) && mayBe(to, allowed.destination);
    }
  }
  return false;
}

/** What is asked of the brute force: each policy, and until when it stands. */
function standing(book: PolicyBook): Map<string, { policy: Policy; end: number }> {
  return new Map(
    [...policiesIn(book)].map((one) => [policyKey(one), { policy: one, end: endOf(book.boxes, one) ?? Infinity }]),
  );
}

describe('whatever is asked', () => {
  it('no accepted change brings about, or lengthens, what a guardrail refuses that stood before it', () =>
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 25 }), (wishes) => {
        let book = decider.initialState;
        const rails = new Map<string, Guardrail>();
        for (const asked of wishes) {
          const command = commandOf(book, asked);
          const before = standing(book);
          try {
            const event = decider.decide(book, command);
            if (event) book = decider.evolve(book, event);
          } catch (error) {
            if (!(error instanceof Refused)) throw error;
            expect(error.code).toBe('guardrail-violated');
            continue;
          }
          for (const [key, { policy: one, end: until }] of standing(book)) {
            if (until <= (before.get(key)?.end ?? 0)) continue;
            for (const rail of rails.values()) expect(rail.mode === 'refuse' && isAgainst(rail, one)).toBe(false);
          }
          if (command.type === 'set-guardrail') rails.set(command.guardrail.name, command.guardrail);
          if (command.type === 'remove-guardrail') rails.delete(command.name);
        }
      }),
      { numRuns: 500 },
    ));

  it('an addition is refused exactly if the brute force finds something, and warns of exactly what it finds', () =>
    fc.assert(
      fc.property(fc.array(guardrail, { maxLength: 3 }), policies, (rails, asked) => {
        const book = rails.reduce(
          (held, each) => decider.evolve(held, { type: 'guardrail-set', guardrail: each }),
          decider.initialState,
        );
        const distinct = [...new Map(asked.map((each) => [policyKey(each), each])).values()];
        const last = [...new Map(rails.map((each) => [each.name, each])).values()];
        const found = last.map((rail) => [rail, distinct.filter((each) => isAgainst(rail, each))] as const);
        const decide = () => decider.decide(book, { type: 'add-policies', policies: asked, spaces });
        if (found.some(([rail, against]) => rail.mode === 'refuse' && against.length > 0)) {
          expect(decide).toThrow(expect.objectContaining({ code: 'guardrail-violated' }));
          return;
        }
        const told = (decide() as { violations?: { guardrail: string; listed: Policy[] }[] }).violations ?? [];
        expect(told.map(({ guardrail: name, listed }) => [name, listed])).toEqual(
          found.filter(([, against]) => against.length > 0).map(([rail, against]) => [rail.name, against]),
        );
      }),
      { numRuns: 500 },
    ));
});
