import { policyDecider, policyKey, type Policy } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower } from '@heddle/event-log';
import type { PolicyFilter } from '@heddle/read-model';
import { loggedEvent } from '@heddle/testing';
import fc from 'fast-check';
import { StandingPolicies } from './standing-policies';

const by = { actor: { name: 'ann' }, correlationId: 'c' };
const tcp = (source: string, destination: string, port = 80): Policy => ({
  ...{ source, destination, protocol: 'tcp', start: port, end: port },
});

function opened() {
  const log = new InMemoryEventLog();
  const follower = new LogFollower(log);
  const ledger = new Ledger('policy', policyDecider(), log, follower);
  return { ledger, follower, standing: new StandingPolicies(follower, 2) };
}

describe('standing policies', () => {
  it('go to cells with the tags of both apps, each policy once, in the order they were added', async () => {
    const { ledger, follower, standing } = opened();
    await ledger.execute({ type: 'reserve-tag', app: 'router', tagType: 'router' }, by);
    await ledger.execute(
      { type: 'add-policies', policies: [tcp('web', 'db'), tcp('<api>', 'db'), tcp('web', 'web')] },
      by,
    );
    const [webToDb, apiToDb, webToWeb] = [
      '{"source":{"id":"web","tag":"0002"},"destination":{"id":"db","tag":"0003","protocol":"tcp","ports":{"start":80,"end":80}}}',
      '{"source":{"id":"\\u003capi\\u003e","tag":"0004"},"destination":{"id":"db","tag":"0003","protocol":"tcp","ports":{"start":80,"end":80}}}',
      '{"source":{"id":"web","tag":"0002"},"destination":{"id":"web","tag":"0002","protocol":"tcp","ports":{"start":80,"end":80}}}',
    ];
    expect(await standing.textsForCells({})).toEqual([webToDb, apiToDb, webToWeb]);
    expect(await standing.textsForCells({ either: ['web', 'db', 'nobody'] })).toEqual([webToDb, apiToDb, webToWeb]);
    expect(await standing.textsForCells({ either: ['web'] })).toEqual([webToDb, webToWeb]);
    expect(await standing.textsForCells({ either: ['router'] })).toEqual([]);
    expect(await standing.textsForCells({ either: [] })).toEqual([]);
    await follower.close();
  });

  it('show a large change whole, though it is taken in turns', async () => {
    const follower = new LogFollower(new InMemoryEventLog());
    const standing = new StandingPolicies(follower, 2);
    const added = Array.from({ length: 20_000 }, (_, i) => tcp('web', `db-${i}`));
    const tagsAllocated = ['web', ...added.map(({ destination }) => destination)].map((app, i) => ({
      app,
      tag: 1 + i,
    }));
    const data = { added, removed: [], tagsAllocated, tagsReleased: [] };
    follower.offer(loggedEvent(1, { type: 'policies-changed.v1', data }));
    expect(follower.position).toBe(0);
    expect(await standing.textsForCells({ either: ['web'] })).toHaveLength(added.length);
    expect(await standing.list()).toEqual(added);
  });

  it('are those that were added and not removed since, for any filter', () =>
    fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 8 }), filter, async (commands, wanted) => {
        const { ledger, follower, standing } = opened();
        let kept: Policy[] = [];
        for (const { type, policies } of commands) {
          await ledger.execute({ type, policies }, by);
          const named = distinct(policies);
          kept =
            type === 'add-policies'
              ? [...kept, ...named.filter((policy) => !has(kept, policy))]
              : kept.filter((policy) => !has(named, policy));
          expect(await standing.list()).toEqual(kept);
          const matching = kept.filter((policy) => fits(policy, wanted));
          expect(await standing.list(wanted)).toEqual(matching);
          const texts = await standing.textsForCells(wanted);
          expect(texts.map((text) => JSON.parse(text) as unknown)).toMatchObject(matching.map(asCellsReadIt));
        }
        await follower.close();
      }),
    ));
});

const apps = fc.constantFrom('a', 'b', 'c', '__proto__');
const command = fc.record({
  type: fc.constantFrom('add-policies' as const, 'remove-policies' as const),
  policies: fc.array(
    fc.tuple(apps, apps, fc.nat(1)).map(([from, to, n]) => tcp(from, to, 1 + n)),
    { minLength: 1, maxLength: 4 },
  ),
});
const list = fc.option(fc.array(fc.oneof(apps, fc.constant('nobody')), { maxLength: 3 }), { nil: undefined });
const filter = fc.record({ either: list, sources: list, destinations: list });

function fits({ source, destination }: Policy, { either, sources, destinations }: PolicyFilter): boolean {
  if (either && !either.includes(source) && !either.includes(destination)) return false;
  return (!sources || sources.includes(source)) && (!destinations || destinations.includes(destination));
}

function has(policies: readonly Policy[], policy: Policy): boolean {
  return policies.some((one) => policyKey(one) === policyKey(policy));
}

function distinct(policies: readonly Policy[]): Policy[] {
  return policies.filter((policy, at) => !has(policies.slice(0, at), policy));
}

function asCellsReadIt({ source, destination, protocol, start, end }: Policy): object {
  return { source: { id: source }, destination: { id: destination, protocol, ports: { start, end } } };
}
