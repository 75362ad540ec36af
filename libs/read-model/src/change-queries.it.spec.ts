import type { LoggedEvent } from '@heddle/event-log';
import { describeOnEachDatabase, loggedEvent } from '@heddle/testing';
import { openReadModel, type ChangeFilter, type ReadModel } from './index';

function change(seq: number, source: string, destination: string, facts: Partial<LoggedEvent> = {}): LoggedEvent {
  const policy = { source, destination, protocol: 'tcp', start: 80, end: 80 + seq };
  const data = { added: [policy], removed: [], tagsAllocated: [], tagsReleased: [] };
  return loggedEvent(seq, { type: 'policies-changed.v1', data, ...facts });
}

const lease = {
  cell: 'web',
  underlayAddress: '10.0.0.1',
  overlaySubnet: '10.255.1.0/24',
  overlayHardwareAddress: 'ee:ee',
};

/** Taken in this order by the log; the clocks of who wrote them do not agree. */
const EVENTS = [
  change(1, 'web', 'db', { time: '2025-11-03T10:00:00.000+01:00' }),
  change(2, 'web', 'web', { time: '2025-11-03T09:00:02Z' }),
  loggedEvent(3, { topic: 'lease', type: 'lease-acquired.v1', data: { lease }, time: '2025-11-03T09:00:01.500Z' }),
  change(4, 'Web', '__proto__', {
    time: '2025-11-03T09:00:03.000Z',
    actor: { name: "Ada O'Neil\0", userId: 'user-1', clientId: '' },
    address: '10.0.16.7',
    reason: 'half a pair: \ud83d, 100%',
    correlationId: '"quoted"',
  }),
  change(5, 'api', 'web', { time: '2025-11-03T09:00:04.000Z', reason: '' }),
];

describeOnEachDatabase('changes', (databases) => {
  let model: ReadModel;
  const listed = async (filter: Partial<ChangeFilter>) =>
    (await model.listChanges({ limit: 10, ...filter })).map(({ seq }) => seq);

  beforeAll(async () => {
    model = await openReadModel(await databases.fresh());
    await model.projector().apply(EVENTS);
  });
  afterAll(() => model.close());

  it('are given back exactly as they stand in the log', async () => {
    expect(await model.listChanges({ limit: 10 })).toStrictEqual([...EVENTS].reverse());
    for (const event of EVENTS) expect(await model.change(event.seq)).toStrictEqual(event);
  });

  it.each<[Partial<ChangeFilter>, number[]]>([
    [{ actor: "Ada O'Neil\0" }, [4]],
    [{ actor: 'Ada' }, []],
    [{ type: 'lease-acquired' }, [3]],
    [{ type: 'lease-acquired.v1' }, [3]],
    [{ type: 'lease' }, []],
    [{ reason: 'HALF A' }, [4]],
    [{ reason: '100%' }, [4]],
    [{ reason: '1%0' }, []],
    [{ reason: '\ud83d, ' }, [4]],
    [{ fromSeq: 4 }, [5, 4]],
    [{ actor: 'admin', app: 'web', fromSeq: 2 }, [5, 2]],
  ])('are found by %j', async (filter, seqs) => expect(await listed(filter)).toEqual(seqs));

  it('are found by every app that they name, also where nothing was changed for it', async () => {
    const named = await openReadModel(await databases.fresh());
    const policy = { source: 'idle', destination: 'store', protocol: 'tcp', start: 1, end: 1 };
    const data = { added: [], removed: [], tagsAllocated: [], tagsReleased: [] };
    const events = [
      loggedEvent(1, {
        type: 'policies-confirmed.v1',
        data: { command: 'add-policies', policies: 1, unchanged: [policy] },
      }),
      loggedEvent(2, {
        type: 'policies-changed.v1',
        data: { ...data, added: [{ ...policy, source: 'new' }], asked: { policies: 2, unchanged: [policy] } },
      }),
      loggedEvent(3, { type: 'tag-reserved.v1', data: { reserved: { app: 'router', tag: 9, type: 'router' } } }),
      loggedEvent(4, { type: 'policies-confirmed.v1', data: { command: 'remove-policies', policies: 30 } }),
    ];
    await named.projector().apply(events);
    const seqsOf = async (app: string) => (await named.listChanges({ app, limit: 10 })).map(({ seq }) => seq);
    expect(await seqsOf('idle')).toEqual([2, 1]);
    expect(await seqsOf('store')).toEqual([2, 1]);
    expect(await seqsOf('new')).toEqual([2]);
    expect(await seqsOf('router')).toEqual([3]);
    await named.close();
  });

  it('are unknown beyond the end of the log', async () => {
    expect(await model.change(6)).toBeUndefined();
    expect(await model.change(0)).toBeUndefined();
  });

  it.each<[string, Partial<ChangeFilter>, number[]]>([
    ['the newest first', {}, [5, 4, 3, 2, 1]],
    ['no more than asked for', { limit: 2 }, [5, 4]],
    ['the next page', { limit: 2, beforeSeq: 4 }, [3, 2]],
    ['nothing before the first', { beforeSeq: 1 }, []],
    ['those of an app as source or destination, not those of a cell of the same name', { app: 'web' }, [5, 2, 1]],
    ['those of an app, told from its name in capitals', { app: 'Web' }, [4]],
    ['those of an app with an odd name', { app: '__proto__' }, [4]],
    ['none of an app without changes', { app: 'we' }, []],
    ['those taken since a time, that time included', { sinceMs: Date.UTC(2025, 10, 3, 9, 0, 2) }, [5, 4, 2]],
    ['those taken until a time, that time excluded', { untilMs: Date.UTC(2025, 10, 3, 9, 0, 2) }, [3, 1]],
    [
      'what holds for everything given',
      { app: 'web', sinceMs: Date.UTC(2025, 10, 3, 9, 0, 1), beforeSeq: 5, limit: 1 },
      [2],
    ],
  ])('are listed: %s', async (_, filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
  });
});
