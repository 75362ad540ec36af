import fc from 'fast-check';
import type { AddPolicies, LimitPolicies, PolicyCommand, RemovePolicies } from './commands';
import { policyKey, type Policy } from './policy';
import { policiesIn, type PolicyBook } from './policy-book';
import { policyDecider } from './policy-decider';
import { endOf } from './term';

const decider = policyDecider();
const app = fc.constantFrom('a', 'b', 'c');
const policy = fc.record<Policy>({
  ...{ source: app, destination: app, protocol: fc.constantFrom('tcp', 'udp') },
  ...{ start: fc.constant(80), end: fc.constantFrom(80, 81) },
});
const policies = fc.array(policy, { minLength: 1, maxLength: 4 });
const end = fc.integer({ min: 1, max: 9 });
const addition: fc.Arbitrary<AddPolicies> = fc.tuple(policies, fc.option(end)).map(([named, expiresAtMs]) => ({
  ...{ type: 'add-policies', policies: named },
  ...(expiresAtMs !== null && { expiresAtMs }),
}));
const limitation: fc.Arbitrary<LimitPolicies> = fc
  .tuple(policies, end)
  .map(([named, expiresAtMs]) => ({ type: 'limit-policies', policies: named, expiresAtMs }));
const removal: fc.Arbitrary<RemovePolicies> = policies.map((named) => ({ type: 'remove-policies', policies: named }));

const step = (book: PolicyBook, command: PolicyCommand): PolicyBook => {
  const event = decider.decide(book, command);
  return event ? decider.evolve(book, event) : book;
};
const run = (commands: readonly PolicyCommand[]) => commands.reduce(step, decider.initialState);
/** Every policy with its end. */
const standing = (book: PolicyBook) =>
  Object.fromEntries([...policiesIn(book)].map((one) => [policyKey(one), endOf(book.boxes, one)]));

/** The same by the plainest means. */
function oracle(commands: readonly (AddPolicies | LimitPolicies | RemovePolicies)[]): Record<string, number | null> {
  const ends: Record<string, number> = {};
  for (const command of commands)
    for (const key of command.policies.map(policyKey)) {
      if (command.type === 'remove-policies') delete ends[key];
      else if (command.type === 'limit-policies') {
        if (key in ends) ends[key] = Math.min(ends[key] as number, command.expiresAtMs);
      } else ends[key] = Math.max(ends[key] ?? 0, command.expiresAtMs ?? Infinity);
    }
  return Object.fromEntries(Object.entries(ends).map(([key, at]) => [key, at === Infinity ? null : at]));
}

describe('ends of policies', () => {
  it('are what additions, limits and removals make of them', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(addition, limitation, removal), { maxLength: 20 }), (commands) =>
        expect(standing(run(commands))).toEqual(oracle(commands)),
      ),
    ));

  it('do not depend on the order of additions', () =>
    fc.assert(
      fc.property(fc.array(addition, { maxLength: 10 }), (commands) =>
        expect(standing(run(commands.toReversed()))).toEqual(standing(run(commands))),
      ),
    ));

  it('are of policies that stand alone', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(addition, limitation, removal), { maxLength: 20 }), (commands) => {
        const book = run(commands);
        const keys = new Set([...policiesIn(book)].map(policyKey));
        for (const [key] of book.boxes.entries()) expect(keys).toContain(key);
      }),
    ));

  it('once everything over is closed, nothing is that was, whoever closes it and how often', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(addition, limitation), { maxLength: 12 }), end, (commands, now) => {
        const book = run(commands);
        const due = [...book.boxes.values()].filter(({ expiresAtMs }) => expiresAtMs <= now);
        const expiry = (some: typeof due) => ({ type: 'expire-policies', openedBy: 1, due: some }) as const;
        const closed = [due, due, due.slice(0, 1)].map(expiry).reduce<PolicyBook>(step, book);
        const left = Object.entries(standing(book)).filter(([, at]) => at === null || at > now);
        expect(standing(closed)).toEqual(Object.fromEntries(left));
      }),
    ));
});
