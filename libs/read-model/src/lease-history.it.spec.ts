import type { LoggedEvent } from '@heddle/event-log';
import { describeOnEachDatabase, loggedEvent, type DatabaseLocation } from '@heddle/testing';
import { openReadModel, type ChangeFilter, type ReadModel } from './index';
import { undoUntil } from './testing/undo-migrations';

function about(seq: number, what: string, cell: string, third: number, more: object = {}): LoggedEvent {
  const lease = {
    ...{ cell, underlayAddress: `10.0.0.${third}`, overlaySubnet: `10.255.${third}.0/24` },
    overlayHardwareAddress: `ee:ee:0a:ff:0${third}:00`,
  };
  return loggedEvent(seq, { topic: 'lease', type: `lease-${what}.v1`, data: { lease, ...more } });
}

const EVENTS = [
  about(1, 'acquired', 'cell-1', 1),
  about(2, 'acquired', 'cell-2', 2),
  loggedEvent(3, { type: 'tag-reserved.v1', data: { reserved: { app: 'cell-1', tag: 1, type: 'router' } } }),
  about(4, 'fenced', 'cell-1', 1, { because: 'ordered', atMs: 4 }),
  about(5, 'quarantine-ended', 'cell-1', 1),
  about(6, 'acquired', 'cell-3', 1),
  about(7, 'expired', 'cell-2', 2, { atMs: 7 }),
  about(8, 'acquired', 'cell-1', 3),
  about(9, 'released', 'cell-3', 1),
  loggedEvent(10, { topic: 'lease', type: 'lease-lent.v9', data: { to: 'cell-1' } }),
];

describeOnEachDatabase('the history of leases', (databases) => {
  let location: DatabaseLocation;
  let model: ReadModel;
  const listed = async (lease: ChangeFilter['lease'], filter: Partial<ChangeFilter> = {}) =>
    (await model.listChanges({ limit: 10, lease, ...filter })).map(({ seq }) => seq);

  beforeEach(async () => {
    location = await databases.fresh();
    model = await openReadModel(location);
    await model.projector().apply(EVENTS);
  });
  afterEach(() => model.close());

  it.each<[string, ChangeFilter['lease'], Partial<ChangeFilter>, number[]]>([
    ['of every cell', {}, {}, [9, 8, 7, 6, 5, 4, 2, 1]],
    ['of one cell', { cell: 'cell-1' }, {}, [8, 5, 4, 1]],
    ['of a cell that never had one', { cell: 'cell' }, {}, []],
    ['of one subnet, whoever had it', { subnet: '10.255.1.0/24' }, {}, [9, 6, 5, 4, 1]],
    ['of one cell in one subnet', { cell: 'cell-1', subnet: '10.255.1.0/24' }, {}, [5, 4, 1]],
    ['page by page', { cell: 'cell-1' }, { beforeSeq: 5, limit: 1 }, [4]],
  ])('is told %s, the newest first', async (_, lease, filter, expected) =>
    expect(await listed(lease, filter)).toEqual(expected),
  );

  it('gives each event as it stands in the log', async () =>
    expect(await model.listChanges({ lease: { cell: 'cell-2' }, limit: 10 })).toStrictEqual([EVENTS[6], EVENTS[1]]));

  it('has what was in the tables before they knew of leases', async () => {
    await model.close();
    await undoUntil(location, 'event_lease');
    model = await openReadModel(location);
    expect(await listed({ cell: 'cell-1' })).toEqual([8, 5, 4, 1]);
    expect(await listed({})).toEqual([9, 8, 7, 6, 5, 4, 2, 1]);
  });
});
