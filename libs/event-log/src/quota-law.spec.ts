import { policiesIn, policyDecider, Refused, type Policy, type PolicyCommand } from '@heddle/domain';
import fc from 'fast-check';
import { Ledger } from './ledger';
import { LogFollower } from './log-follower';
import { InMemoryEventLog } from './memory/in-memory-event-log';

const MOST = 3;
const WRITERS = 3;

const app = fc.constantFrom('a', 'b', 'c');
const policy = fc
  .record({ source: app, destination: app, port: fc.integer({ min: 1, max: 4 }) })
  .map(({ port, ...ends }): Policy => ({ ...ends, protocol: 'tcp', start: port, end: port }));
const policies = fc.array(policy, { minLength: 1, maxLength: 4 });
const command = fc.oneof(
  {
    weight: 4,
    arbitrary: policies.map((them): PolicyCommand => ({ type: 'add-policies', policies: them, maxPerSource: MOST })),
  },
  { weight: 1, arbitrary: policies.map((them): PolicyCommand => ({ type: 'remove-policies', policies: them })) },
);
const requests = fc.array(fc.record({ writer: fc.nat(WRITERS - 1), command }), { minLength: 1, maxLength: 25 });

/** Sends all requests at once, each to one of several processes on one log. */
async function sendAtOnce(sent: readonly { writer: number; command: PolicyCommand }[]) {
  const log = new InMemoryEventLog();
  const followers = Array.from({ length: WRITERS }, () => new LogFollower(log));
  const ledgers = followers.map((follower) => new Ledger('policy', policyDecider(), log, follower));
  await Promise.all(followers.map((follower) => follower.start()));
  const by = { actor: { name: 'ann' }, correlationId: 'c' };
  try {
    const answers = await Promise.allSettled(sent.map(({ writer, command }) => ledgers[writer]!.execute(command, by)));
    const end = await log.lastSequence();
    await Promise.all(followers.map((follower) => follower.reached(end, AbortSignal.timeout(5_000))));
    return { answers, end, books: ledgers.map(({ state }) => [...policiesIn(state)]) };
  } finally {
    await Promise.all(followers.map((follower) => follower.close()));
  }
}

function sourcesOf(held: readonly Policy[]): number[] {
  const counts = new Map<string, number>();
  for (const { source } of held) counts.set(source, (counts.get(source) ?? 0) + 1);
  return [...counts.values()];
}

describe('whatever is asked at the same moment, of whichever process', () => {
  it('no app becomes the source of more policies than the quota', () =>
    fc.assert(
      fc.asyncProperty(requests, async (sent) => {
        const { books, answers, end } = await sendAtOnce(sent);
        for (const held of books) {
          expect(held).toEqual(expect.arrayContaining(books[0]!));
          expect(Math.max(0, ...sourcesOf(held))).toBeLessThanOrEqual(MOST);
        }
        const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
        for (const refusal of refusals) expect(refusal).toMatchObject({ name: Refused.name, code: 'quota-exceeded' });
        expect(end).toBeLessThanOrEqual(sent.length - refusals.length);
      }),
      { numRuns: 150 },
    ));

  it('exactly as many get through as there is room for', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: MOST, max: 12 }), async (callers) => {
        const { answers } = await sendAtOnce(
          Array.from({ length: callers }, (_, port) => ({
            writer: port % WRITERS,
            command: {
              type: 'add-policies',
              policies: [{ source: 'a', destination: 'b', protocol: 'tcp', start: port + 1, end: port + 1 }],
              maxPerSource: MOST,
            } satisfies PolicyCommand,
          })),
        );
        expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST);
      }),
      { numRuns: 30 },
    ));
});
