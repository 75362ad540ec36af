import type { Policy } from '@heddle/domain';
import fc from 'fast-check';
import { appsOf, ImplausibleAnswer, stalePolicies } from './stale-policies';

const between = (source: string, destination: string): Policy => ({
  ...{ source, destination, protocol: 'tcp' },
  ...{ start: 1, end: 1 },
});
const living = between('web', 'db');
const existing = new Set(['web', 'db']);

it.each([
  ['source', between('gone', 'db')],
  ['destination', between('web', 'gone')],
  ['source and destination', between('gone', 'lost')],
])('a policy with a dead %s is stale', (_, policy) =>
  expect(stalePolicies([living, policy], existing, 0.5)).toEqual([policy]),
);

it('is not believed when nothing at all exists, whatever the share', () =>
  expect(() => stalePolicies([living], new Set(), 1)).toThrow(
    'the Cloud Controller knows none of the 2 apps that have policies, so nothing is removed: look whether HEDDLE_CC_URL names the right one, or remove the policies yourself',
  ));

it('is not believed when it would remove more than the share', () =>
  expect(() => stalePolicies([living, between('gone', 'db'), between('web', 'gone')], existing, 0.5)).toThrow(
    '2 of 3 policies belong to apps the Cloud Controller does not know, which is more than HEDDLE_CLEANUP_MAX_SHARE (0.5) allows to remove at once',
  ));

it('finds nothing among nothing', () => expect(stalePolicies([], new Set(), 0)).toEqual([]));

it('never removes a policy of two living apps, nor more than the share', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...'abcdef'), fc.constantFrom(...'abcdef'))),
      fc.subarray([...'abcdef']),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (pairs, alive, share) => {
        const policies = pairs.map(([source, destination]) => between(source, destination));
        let stale: Policy[];
        try {
          stale = stalePolicies(policies, new Set(alive), share);
        } catch (error) {
          expect(error).toBeInstanceOf(ImplausibleAnswer);
          return;
        }
        expect(stale.length).toBeLessThanOrEqual(policies.length * share);
        const kept = policies.filter((policy) => !stale.includes(policy));
        for (const app of appsOf(kept)) expect(alive).toContain(app);
        for (const { source, destination } of stale)
          expect(alive.includes(source) && alive.includes(destination)).toBe(false);
      },
    ),
  ));
