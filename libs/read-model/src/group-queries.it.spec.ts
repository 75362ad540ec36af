import { groupDecider, type GroupAsSent, type GroupCommand, type SecurityGroup } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { describeOnEachDatabase, loggedEvent } from '@heddle/testing';
import fc from 'fast-check';
import { openReadModel, type ReadModel } from './index';

const GUIDS = ['a', 'b', '__proto__', "o'neil", '\0'];
const SPACES = ['s', 't', 'constructor', '\ud800'];
const https = { protocol: 'tcp', destination: '10.0.0.0/8', ports: '443' };

const group: fc.Arbitrary<GroupAsSent> = fc.record(
  {
    guid: fc.constantFrom(...GUIDS),
    name: fc.constantFrom('x', 'ünï <&>', '\0'),
    rules: fc.array(fc.constantFrom<unknown>(https, { ...https, protocol: 'udp' }, null), { maxLength: 3 }),
    stagingDefault: fc.boolean(),
    runningDefault: fc.boolean(),
    stagingSpaces: fc.subarray(SPACES),
    runningSpaces: fc.subarray(SPACES),
  },
  { noNullPrototype: true },
);
const groups = fc.uniqueArray(group, { minLength: 1, maxLength: 4, selector: ({ guid }) => guid });
const command: fc.Arbitrary<GroupCommand> = fc.oneof(
  fc.record({ type: fc.constant('sync-groups' as const), groups, asOfMs: fc.constant(null) }),
  fc.record({ type: fc.constant('put-group' as const), group }),
  fc.record({ type: fc.constant('delete-group' as const), guid: fc.constantFrom(...GUIDS) }),
);
const batches = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 });

/** The log that some commands make, and the groups in the order they were added. */
function historyOf(commands: readonly GroupCommand[]) {
  let book = groupDecider.initialState;
  let order: string[] = [];
  const events: LoggedEvent[] = [];
  for (const next of commands) {
    const event = groupDecider.decide(book, next);
    if (!event) continue;
    book = groupDecider.evolve(book, event);
    order = [...order.filter((guid) => !event.removed.includes(guid)), ...event.added.map(({ guid }) => guid)];
    const { type, ...data } = event;
    events.push(loggedEvent(events.length + 1, { topic: 'group', type: `${type}.v1`, data }));
  }
  const held = order.flatMap((guid) => book.groups.get(guid) ?? []).map(withoutProblems);
  return { events, held };
}

const withoutProblems = ({ problems: _, ...group }: SecurityGroup) => group;
const withoutPlaces = (found: readonly { place: number }[]) => found.map(({ place: _, ...rest }) => rest);

async function applied(model: ReadModel, events: readonly LoggedEvent[], sizes: readonly number[]): Promise<void> {
  const projector = model.projector();
  for (let from = 0, i = 0; from < events.length; i++) {
    const size = sizes[i % sizes.length] as number;
    await projector.apply(events.slice(from, from + size));
    from += size;
  }
}

describeOnEachDatabase('security groups', (databases) => {
  it('are those of the log in the order they were added, whatever the batches', async () => {
    const property = fc.asyncProperty(fc.array(command, { maxLength: 12 }), batches, async (commands, sizes) => {
      const { events, held } = historyOf(commands);
      const model = await openReadModel(await databases.fresh());
      await applied(model, events, sizes);
      const found = await model.listGroups();
      expect(withoutPlaces(found)).toEqual(held);

      const once = await openReadModel(await databases.fresh());
      await applied(once, events, [1]);
      expect(await once.listGroups()).toEqual(found);
      await Promise.all([model.close(), once.close()]);
    });
    await fc.assert(property, { numRuns: 25 });
  }, 120_000);

  it('are found for spaces, and page by page', async () => {
    const property = fc.asyncProperty(
      fc.array(command, { maxLength: 12 }),
      fc.subarray(SPACES),
      fc.integer({ min: 1, max: 4 }),
      async (commands, spaces, limit) => {
        const { events, held } = historyOf(commands);
        const model = await openReadModel(await databases.fresh());
        await model.projector().apply(events);
        const wanted = held.filter(
          (one) =>
            one.stagingDefault ||
            one.runningDefault ||
            [...one.stagingSpaces, ...one.runningSpaces].some((space) => spaces.includes(space)),
        );
        expect(withoutPlaces(await model.groupsFor({ spaces }))).toEqual(wanted);

        const paged: { place: number }[] = [];
        for (let fromPlace: number | undefined = 0; fromPlace !== undefined;) {
          const page: { place: number }[] = await model.groupsFor({ spaces, fromPlace, limit: limit + 1 });
          paged.push(...page.slice(0, limit));
          fromPlace = page[limit]?.place;
        }
        expect(withoutPlaces(paged)).toEqual(wanted);
        await model.close();
      },
    );
    await fc.assert(property, { numRuns: 25 });
  }, 120_000);
});
