import type { LoggedEvent } from '@heddle/event-log';
import { describeOnEachDatabase, loggedEvent, runStatement, type DatabaseLocation } from '@heddle/testing';
import { LogGap, openReadModel, RebuildRunning, type ReadModel, type Rebuild } from '../index';

const LEASE = {
  cell: 'cell-1',
  underlayAddress: '10.0.0.1',
  overlaySubnet: '10.255.1.0/24',
  overlayHardwareAddress: 'ee:ee:0a:ff:01:00',
};

function adding(seq: number): LoggedEvent {
  const added = [{ source: `web-${seq}`, destination: 'db', protocol: 'tcp', start: seq, end: seq }];
  const tagsAllocated = [{ app: `web-${seq}`, tag: seq }];
  return loggedEvent(seq, {
    type: 'policies-changed.v1',
    data: { added, removed: [], tagsAllocated, tagsReleased: [] },
  });
}

const LOG = [
  ...[1, 2, 3, 4, 5, 6].map(adding),
  loggedEvent(7, { topic: 'lease', type: 'lease-acquired.v1', data: { lease: LEASE } }),
  ...[8, 9].map(adding),
];

describeOnEachDatabase('tables that are made anew', (databases) => {
  let location: DatabaseLocation;
  let model: ReadModel;
  beforeEach(async () => {
    location = await databases.fresh();
    model = await openReadModel(location);
    await model.projector().apply(LOG.slice(0, 8));
  });
  afterEach(() => model.close());

  /** Alters the tables behind the back of the read model. */
  const tamper = (statement: string) => runStatement(location, statement);

  /** @param first so many events fill the tables; two more come before the first comparison, and the rest behind it */
  async function rebuilt(isSwapped: boolean, first = 3) {
    const rebuild = await model.beginRebuild();
    try {
      for (const event of LOG.slice(0, first)) await rebuild.take(event);
      await rebuild.complete();
      const projector = rebuild.projector();
      await projector.apply(LOG.slice(first, first + 2));
      await rebuild.compareAhead(new AbortController().signal);
      const catchUp = async (position: number) => void (await projector.apply(LOG.slice(first + 2, position)));
      return await rebuild.finish({ catchUp, isSwapped });
    } finally {
      await rebuild.close();
    }
  }

  async function filled(rebuild: Rebuild, count: number): Promise<void> {
    for (const event of LOG.slice(0, count)) await rebuild.take(event);
    await rebuild.complete();
  }

  const everything = async () => ({
    policies: await model.listPolicies(),
    tags: await model.listTags(),
    leases: await model.listLeases(),
    changes: await model.listChanges({ limit: 100 }),
    ofLease: await model.listChanges({ lease: {}, limit: 100 }),
    ofApp: await model.listChanges({ app: 'web-3', limit: 100 }),
    cells: await model.loadCells(),
    cursor: await model.cursor('log'),
  });

  it('are equal to those they stand beside, take their place, and go on being written', async () => {
    const cells = [{ cell: 'cell-1', containers: [], enforcedUpTo: 3, lastReceiptAtMs: 1 }];
    await model.saveReports({ cursorName: 'cells', expectedPosition: 0, position: 1, cells, enforcements: [] });
    const before = await everything();
    for (const isSwapped of [false, true, true]) {
      expect(await rebuilt(isSwapped)).toMatchObject({ position: 8, isEqual: true });
      expect(await everything()).toEqual(before);
    }
    expect(await model.projector().apply([LOG[8] as LoggedEvent])).toBe(9);
    expect(await model.listPolicies()).toHaveLength(8);
    await model.close();
    model = await openReadModel(location);
    expect(await model.cursor('log')).toBe(9);
  });

  it('say what is missing, extra and different, and mend it', async () => {
    const before = await everything();
    await tamper(`DELETE FROM event WHERE seq = 2`);
    await tamper(`UPDATE event SET actor_name = 'nobody' WHERE seq = 4`);
    await tamper(`UPDATE policy SET end_port = 99 WHERE start_port = 3`);
    await tamper(`INSERT INTO tag (tag, app, type) VALUES (77, 'ghost', 'app')`);
    await tamper(`DELETE FROM lease`);
    await tamper(`UPDATE policy_span SET until_seq = 6 WHERE from_seq = 5`);
    await tamper(`DELETE FROM standing_span WHERE kind = 'lease'`);
    const { isEqual, tables } = await rebuilt(false);
    const found = tables.flatMap(({ table, missing, extra, different }) => [
      ...missing.keys.map((key) => `${table} lacks ${key}`),
      ...extra.keys.map((key) => `${table} has too much ${key}`),
      ...different.keys.map((key) => `${table} differs in ${key.slice(0, 4)}`),
    ]);
    expect(isEqual).toBe(false);
    expect(found.filter((one) => !one.startsWith('policy '))).toEqual([
      'event lacks 2',
      'event differs in 4',
      'tag has too much 77',
      'lease lacks cell-1',
      'policy_span differs in 5 0',
      'standing_span lacks lease 7 0',
    ]);
    expect(found.filter((one) => one.startsWith('policy differs'))).toHaveLength(1);
    expect(await everything()).not.toEqual(before);
    expect(await rebuilt(true)).toMatchObject({ isEqual: false });
    expect(await everything()).toEqual(before);
    expect(await rebuilt(false)).toMatchObject({ isEqual: true });
  });

  it('mend what was altered to look as if it had come later', async () => {
    const before = await everything();
    await tamper(`UPDATE policy_span SET until_seq = 7 WHERE from_seq = 2`);
    await tamper(`UPDATE standing_span SET until_seq = 8 WHERE from_seq = 3`);
    const { isEqual, tables } = await rebuilt(true);
    expect(isEqual).toBe(false);
    expect(tables.filter(({ different }) => different.count === 1).map(({ table }) => table)).toEqual([
      'policy_span',
      'standing_span',
    ]);
    expect(await everything()).toEqual(before);
    expect(await rebuilt(false)).toMatchObject({ isEqual: true });
  });

  it('name ten rows at most, and count all', async () => {
    await tamper('DELETE FROM event_app');
    const [, ofApps] = (await rebuilt(false)).tables;
    expect(ofApps).toMatchObject({ table: 'event_app', missing: { count: 14 } });
    expect(ofApps?.missing.keys).toHaveLength(10);
  });

  it('leave everything as it was when they cannot catch up, and another attempt does not mind', async () => {
    const before = await everything();
    const rebuild = await model.beginRebuild();
    await filled(rebuild, 3);
    await expect(rebuild.finish({ catchUp: () => Promise.reject(new Error('away')), isSwapped: true })).rejects.toThrow(
      'away',
    );
    await rebuild.close();
    expect(await everything()).toEqual(before);
    expect(await rebuilt(true)).toMatchObject({ isEqual: true });
  });

  it('are not filled over a gap', async () => {
    const rebuild = await model.beginRebuild();
    await rebuild.take(LOG[0] as LoggedEvent);
    await expect(rebuild.take(LOG[2] as LoggedEvent)).rejects.toThrow(LogGap);
    await rebuild.close();
  });

  it('are made by one at a time, and whoever opens the database meanwhile takes nothing away', async () => {
    const rebuild = await model.beginRebuild();
    await filled(rebuild, 8);
    await expect(model.beginRebuild()).rejects.toThrow(RebuildRunning);
    // A file of SQLite has one process alone.
    if ('databaseUrl' in location) {
      const other = await openReadModel(location);
      await expect(other.beginRebuild()).rejects.toThrow(RebuildRunning);
      await other.close();
    }
    expect(await rebuild.finish({ catchUp: async () => {}, isSwapped: true })).toMatchObject({ isEqual: true });
    await rebuild.close();
    expect(await rebuilt(false)).toMatchObject({ isEqual: true });
  });
});
