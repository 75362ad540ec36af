import { policiesIn, policyDecider, type Guardrail, type Policy, type PolicyCommand } from '@heddle/domain';
import fc from 'fast-check';
import { Ledger } from './ledger';
import { LogFollower } from './log-follower';
import { InMemoryEventLog } from './memory/in-memory-event-log';

const WRITERS = 3;
const app = fc.constantFrom('a', 'b', 'c');
const policies = fc.array(
  fc.record<Policy>({
    ...{ source: app, destination: app, protocol: fc.constant('tcp') },
    ...{ start: fc.constant(80), end: fc.constantFrom(80, 81) },
  }),
  { minLength: 1, maxLength: 3 },
);
/** Nobody but one app reaches another. */
const guardrail = fc.record({ only: app, to: app }).map(({ only, to }): Guardrail => ({
  ...{ name: `only-${only}-to-${to}`, mode: 'refuse' },
  from: { is: 'none-of', apps: [only], spaces: [] },
  to: { is: 'one-of', apps: [to], spaces: [] },
}));
const command: fc.Arbitrary<PolicyCommand> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('add-policies'), policies }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove-policies'), policies }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('set-guardrail'), guardrail }) },
);
const requests = fc.array(fc.record({ writer: fc.nat(WRITERS - 1), command }), { minLength: 1, maxLength: 25 });

it('whichever processes are asked at the same moment, the log has nothing that a guardrail before it refuses', () =>
  fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      const log = new InMemoryEventLog();
      const followers = Array.from({ length: WRITERS }, () => new LogFollower(log));
      const ledgers = followers.map((follower) => new Ledger('policy', policyDecider(), log, follower));
      await Promise.all(followers.map((follower) => follower.start()));
      const by = { actor: { name: 'ann' }, correlationId: 'c' };
      const answers = await Promise.allSettled(
        sent.map(({ writer, command: one }) => ledgers[writer]!.execute(one, by)),
      );
      const end = await log.lastSequence();
      await Promise.all(followers.map((follower) => follower.reached(end, AbortSignal.timeout(20_000))));
      for (const answer of answers) {
        if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'guardrail-violated' });
      }
      const rails: Guardrail[] = [];
      for await (const { type, data } of log.read({ after: 0, upTo: end })) {
        if (type === 'guardrail-set.v1') rails.push((data as { guardrail: Guardrail }).guardrail);
        const { added = [] } = data as { added?: Policy[] };
        for (const { from, to } of rails) {
          const against = added.filter((one) => !from.apps.includes(one.source) && to.apps.includes(one.destination));
          expect(against).toEqual([]);
        }
      }
      const [first, ...others] = ledgers.map(({ state }) => [...policiesIn(state)]);
      for (const other of others) expect(other).toEqual(expect.arrayContaining(first!));
      await Promise.all(followers.map((follower) => follower.close()));
    }),
    { numRuns: 150 },
  ));
