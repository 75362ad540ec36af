import { policiesIn, policyDecider, type Policy, type PolicyCommand } from '@heddle/domain';
import fc from 'fast-check';
import { LogUnavailable, type LoggedEvent, type Place, type SealedEvent } from './event-log';
import { Ledger } from './ledger';
import { LogFollower } from './log-follower';
import { InMemoryEventLog } from './memory/in-memory-event-log';

type Fault = 'none' | 'lost on the way there' | 'lost on the way back';

/** Loses what it is told to lose, each time without a word. */
class FaultyLog extends InMemoryEventLog {
  constructor(private readonly faults: Fault[]) {
    super();
  }

  override async append(fact: SealedEvent, behind: Place): Promise<LoggedEvent> {
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'lost on the way there') throw new LogUnavailable('it never arrived');
    const event = await super.append(fact, behind);
    if (fault === 'lost on the way back') throw new LogUnavailable('nobody heard of it');
    return event;
  }
}

const WRITERS = 2;
const policy = fc
  .record({ source: fc.constantFrom('a', 'b'), port: fc.integer({ min: 1, max: 4 }) })
  .map(({ source, port }): Policy => ({ source, destination: 'c', protocol: 'tcp', start: port, end: port }));
const command = fc
  .tuple(fc.constantFrom('add-policies' as const, 'remove-policies' as const), fc.array(policy, { maxLength: 2 }))
  .map(([type, policies]): PolicyCommand => ({ type, policies }));
const request = fc.record({ writer: fc.nat(WRITERS - 1), command, pause: fc.boolean() });
const fault = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fault>('none') },
  { weight: 1, arbitrary: fc.constantFrom<Fault>('lost on the way there', 'lost on the way back') },
);

it('whatever is lost: what was acknowledged is in the log once, and everyone has folded the same', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(request, { maxLength: 30 }),
      fc.array(fault, { maxLength: 60 }),
      async (asked, faults) => {
        const log = new FaultyLog(faults);
        const followers = Array.from({ length: WRITERS }, () => new LogFollower(log));
        const ledgers = followers.map((follower) => new Ledger('policy', policyDecider(), log, follower));
        await Promise.all(followers.map((follower) => follower.start()));
        const answers = [];
        for (const { writer, command: each, pause } of asked) {
          answers.push(
            ledgers[writer]!.execute(each, { actor: { name: 'ann' }, correlationId: String(answers.length) }),
          );
          if (pause) await Promise.allSettled(answers);
        }
        const outcomes = await Promise.allSettled(answers);

        const end = await log.lastSequence();
        await Promise.all(followers.map((follower) => follower.reached(end, AbortSignal.timeout(5_000))));
        await Promise.all(followers.map((follower) => follower.close()));
        const facts: LoggedEvent[] = [];
        for await (const event of log.read({ after: 0, upTo: end })) facts.push(event);

        const requestsInLog = facts.map(({ correlationId }) => correlationId);
        expect(new Set(requestsInLog).size).toBe(requestsInLog.length);
        outcomes.forEach((outcome, n) => {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(LogUnavailable);
          else if (outcome.value.event) expect(facts).toContainEqual(outcome.value.event);
          else expect(requestsInLog).not.toContain(String(n));
        });
        facts.forEach(({ previousHash }, i) => expect(previousHash).toBe(facts[i - 1]?.hash ?? '0'.repeat(64)));
        const anew = new LogFollower(log);
        const folded = new Ledger('policy', policyDecider(), log, anew);
        await anew.start();
        await anew.close();
        for (const { state } of ledgers) expect([...policiesIn(state)]).toEqual([...policiesIn(folded.state)]);
      },
    ),
    { numRuns: 200 },
  ));
