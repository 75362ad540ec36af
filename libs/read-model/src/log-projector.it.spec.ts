import type { Policy } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { describeOnEachDatabase, loggedEvent } from '@heddle/testing';
import { LogGap, openReadModel, UnreadableEvent, type ReadModel } from './index';

const LEASE = {
  cell: 'cell-1',
  underlayAddress: '10.0.0.1',
  overlaySubnet: '10.255.1.0/24',
  overlayHardwareAddress: 'ee:ee:0a:ff:01:00',
};

/** A change that adds policies; its apps get the tags from `firstTag` up. */
function adding(seq: number, added: readonly Policy[], firstTag = 1): LoggedEvent {
  const apps = [...new Set(added.flatMap(({ source, destination }) => [source, destination]))];
  const tagsAllocated = apps.map((app, i) => ({ app, tag: firstTag + i }));
  return loggedEvent(seq, {
    type: 'policies-changed.v1',
    data: { added, removed: [], tagsAllocated, tagsReleased: [] },
  });
}

function tcp(source: string, destination: string, port = 80): Policy {
  return { source, destination, protocol: 'tcp', start: port, end: port };
}

function aboutLease(seq: number, what: 'acquired' | 'released' | 'expired', lease = LEASE): LoggedEvent {
  return loggedEvent(seq, { topic: 'lease', type: `lease-${what}.v1`, data: { lease } });
}

describeOnEachDatabase('the log projector', (databases) => {
  let model: ReadModel;

  beforeEach(async () => {
    model = await openReadModel(await databases.fresh());
  });
  afterEach(() => model.close());

  it('keeps a lease from the change that gave it to the one that ends it', async () => {
    const projector = model.projector();
    const moved = { ...LEASE, underlayAddress: '10.0.0.9' };
    const other = { ...LEASE, cell: 'cell-2', underlayAddress: '10.0.0.2', overlaySubnet: '10.255.2.0/24' };

    await projector.apply([aboutLease(1, 'acquired'), aboutLease(2, 'acquired', other)]);
    expect(await model.listLeases()).toStrictEqual([
      { ...LEASE, sinceSeq: 1 },
      { ...other, sinceSeq: 2 },
    ]);
    await projector.apply([aboutLease(3, 'acquired', moved), aboutLease(4, 'expired', other)]);
    expect(await model.listLeases()).toStrictEqual([{ ...moved, sinceSeq: 3 }]);
    await projector.apply([aboutLease(5, 'released', moved), aboutLease(6, 'acquired'), aboutLease(7, 'released')]);
    expect(await model.listLeases()).toStrictEqual([]);
  });

  it('keeps an event that is passed over, also one without a time, and nothing of what it says', async () => {
    const altered = { ...adding(2, [tcp('x', 'y')]), data: 'nothing', time: 'yesterday' };
    const batch = [adding(1, [tcp('a', 'b')]), altered, adding(3, [tcp('c', 'd')], 3)];
    expect(await model.projector().apply(batch, new Set([2]))).toBe(3);
    expect(await model.change(2)).toEqual(altered);
    expect(await model.listPolicies()).toEqual([tcp('a', 'b'), tcp('c', 'd')]);
  });

  it.each([
    ['before the batch', [2]],
    ['within the batch', [1, 3]],
    ['because an event stands twice', [1, 1]],
  ])('refuses a gap %s, and writes nothing', async (_, sequences) => {
    const batch = sequences.map((seq) => aboutLease(seq, 'acquired'));
    await expect(model.projector().apply(batch)).rejects.toThrow(LogGap);
    expect(await model.cursor('log')).toBe(0);
    expect(await model.listLeases()).toEqual([]);
  });

  it.each([
    ['data of another shape', { data: { added: 'everything' } }],
    ['a port that is none', { data: adding(2, [tcp('web', 'db', 65_536)]).data }],
    ['a time that is none', { time: 'yesterday' }],
  ])('refuses an event with %s, and writes nothing of its batch', async (_, wrong) => {
    const batch = [adding(1, [tcp('web', 'db')]), { ...adding(2, [tcp('api', 'db')], 3), ...wrong }];
    await expect(model.projector().apply(batch)).rejects.toThrow(UnreadableEvent);
    expect(await model.cursor('log')).toBe(0);
    expect(await model.listPolicies()).toEqual([]);
  });

  it('keeps an event of a type it does not know, and passes it over', async () => {
    const unknown = loggedEvent(1, { topic: 'group', type: 'group-bound.v7', data: { ['__proto__']: [1, null] } });
    const withoutData = loggedEvent(2, { topic: 'route', type: '__proto__', data: undefined });
    expect(await model.projector().apply([unknown, withoutData])).toBe(2);
    expect(await model.change(1)).toStrictEqual(unknown);
    expect(await model.change(2)).toStrictEqual(withoutData);
  });

  it('writes an event with 20 000 policies, and one that removes them', async () => {
    const added = Array.from({ length: 20_000 }, (_, i) => tcp(`source-${i % 500}`, `destination-${i % 7}`, 1 + i));
    const add = adding(1, added);
    const tags = (add.data as { tagsAllocated: unknown[] }).tagsAllocated;
    await model.projector().apply([add]);
    expect(await model.listPolicies()).toEqual(added);
    expect(await model.listTags()).toHaveLength(507);

    const data = { added: [], removed: added, tagsAllocated: [], tagsReleased: tags };
    await model.projector().apply([loggedEvent(2, { type: 'policies-changed.v1', data })]);
    expect(await model.listPolicies()).toEqual([]);
    expect(await model.listTags()).toEqual([]);
  }, 60_000);

  it('takes ids of any length', async () => {
    // Of many different characters, so that the database cannot make it short by compressing it.
    const long = Array.from({ length: 100_000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join(
      '',
    );
    const policies = [tcp(long, `${long}!`), tcp(`${long}!`, long)];
    await model.projector().apply([adding(1, policies), aboutLease(2, 'acquired', { ...LEASE, cell: long })]);
    expect(await model.listPolicies()).toEqual(policies);
    expect((await model.listTags()).slice(0, 1)).toEqual([{ app: long, tag: 1, type: 'app' }]);
    expect(await model.listChanges({ app: long, limit: 10 })).toHaveLength(1);
    expect(await model.listLeases()).toEqual([{ ...LEASE, cell: long, sinceSeq: 2 }]);
  });

  it('does nothing for an empty batch', async () => {
    expect(await model.projector().apply([])).toBe(0);
  });
});
