import { policyDecider, type Policy } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower } from '@heddle/event-log';
import { loggedEvent } from '@heddle/testing';
import fc from 'fast-check';
import { PoliciesOfCells } from './policies-of-cells';

const by = { actor: { name: 'ann' }, correlationId: 'c' };
const tcp = (source: string, destination: string, port = 80): Policy => ({
  ...{ source, destination, protocol: 'tcp', start: port, end: port },
});

function opened() {
  const log = new InMemoryEventLog();
  const follower = new LogFollower(log);
  const ledger = new Ledger('policy', policyDecider(), log, follower);
  return { ledger, follower, cells: new PoliciesOfCells(follower, 2) };
}

describe('policies of cells', () => {
  it('have the tags of both apps, each policy once, in the order they were added', async () => {
    const { ledger, follower, cells } = opened();
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
    expect(await cells.list()).toEqual([webToDb, apiToDb, webToWeb]);
    expect(await cells.list(['web', 'db', 'nobody'])).toEqual([webToDb, apiToDb, webToWeb]);
    expect(await cells.list(['web'])).toEqual([webToDb, webToWeb]);
    expect(await cells.list(['router'])).toEqual([]);
    expect(await cells.list([])).toEqual([]);
    await follower.close();
  });

  it('show a large change whole, though it is taken in turns', async () => {
    const follower = new LogFollower(new InMemoryEventLog());
    const cells = new PoliciesOfCells(follower, 2);
    const added = Array.from({ length: 20_000 }, (_, i) => tcp('web', `db-${i}`));
    const tagsAllocated = ['web', ...added.map(({ destination }) => destination)].map((app, i) => ({
      app,
      tag: 1 + i,
    }));
    const data = { added, removed: [], tagsAllocated, tagsReleased: [] };
    follower.offer(loggedEvent(1, { type: 'policies-changed.v1', data }));
    expect(follower.position).toBe(0);
    expect(await cells.list(['web'])).toHaveLength(added.length);
  });

  it('are those that were added and not removed since, for any apps', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            type: fc.constantFrom('add-policies' as const, 'remove-policies' as const),
            policies: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'd'), fc.nat(1)), {
              minLength: 1,
              maxLength: 4,
            }),
          }),
        ),
        fc.subarray(['a', 'b', 'c', 'd']),
        async (commands, apps) => {
          const { ledger, follower, cells } = opened();
          let kept: string[] = [];
          for (const { type, policies } of commands) {
            await ledger.execute({ type, policies: policies.map(([from, to, n]) => tcp(from, to, 1 + n)) }, by);
            const names = [...new Set(policies.map(([from, to, n]) => `${from} ${to} ${1 + n}`))];
            kept =
              type === 'add-policies'
                ? [...kept, ...names.filter((name) => !kept.includes(name))]
                : kept.filter((name) => !names.includes(name));
            const wanted = kept.filter((name) => apps.some((app) => name.split(' ').includes(app)));
            const namesOf = (texts: string[]) =>
              texts.map((text) => {
                const { source, destination } = JSON.parse(text) as {
                  source: { id: string };
                  destination: { id: string; ports: { start: number } };
                };
                return `${source.id} ${destination.id} ${destination.ports.start}`;
              });
            expect(namesOf(await cells.list())).toEqual(kept);
            expect(namesOf(await cells.list(apps))).toEqual(wanted);
          }
          await follower.close();
        },
      ),
    ));
});
