import { ensureCellStreams, ReportSender } from '@heddle/cell-protocol';
import { cellFacts, groupDecider, leaseDecider, parseBlock, spaceKey } from '@heddle/domain';
import { InMemoryEventLog, Ledger, LogFollower } from '@heddle/event-log';
import { createLogger } from '@heddle/platform';
import { openReadModel } from '@heddle/read-model';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import { CellLiveness } from './cell-liveness';
import { EnforcementProjection } from './enforcement-projection';
import { TouchedSpaces } from './touched-spaces';

const logger = createLogger({ name: 'test', level: 'silent' });
const by = { actor: { name: 'test' }, correlationId: 'c' };
const LONG_MS = 60_000;

describeOnEachDatabase('a change of security groups', (databases) => {
  let nats: TestNats;
  let log: InMemoryEventLog;
  let tables: Awaited<ReturnType<typeof databases.fresh>>;
  const closing: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    nats = await startTestNats();
    log = new InMemoryEventLog();
    tables = await databases.fresh();
    await ensureCellStreams(await nats.connect('control'));
  });
  afterEach(async () => {
    await close();
    await nats.stop();
  });

  /** A control plane, as far as it follows groups and reports. */
  async function open() {
    const readModel = await openReadModel(tables);
    const follower = new LogFollower(log);
    const plan = { networks: [parseBlock('10.255.0.0/16')], blockPrefixLength: 24 };
    const leases = new Ledger('lease', leaseDecider(plan), log, follower);
    const groups = new Ledger('group', groupDecider, log, follower);
    const projection = await EnforcementProjection.open({
      ...{ log, readModel, follower, leases, logger, liveness: new CellLiveness(), placementsKeptMs: 1e9 },
      touchedSpaces: new TouchedSpaces(follower, groups),
      connection: await nats.connect('control'),
    });
    await follower.start();
    projection.start();
    closing.push(
      () => readModel.close(),
      () => projection.close(),
      () => follower.close(),
    );
    /** Binds a group to these spaces; to all for `null`. */
    const put = async (guid: string, ...spaces: (string | null)[]): Promise<number> => {
      const runningSpaces = spaces.flatMap((space) => space ?? []);
      const bound = { stagingSpaces: [], runningSpaces, stagingDefault: false, runningDefault: spaces.includes(null) };
      const group = { guid, name: guid, rules: [], ...bound };
      return (await groups.execute({ type: 'put-group', group }, by)).event?.seq as number;
    };
    const remove = async (guid: string) =>
      (await groups.execute({ type: 'delete-group', guid }, by)).event?.seq as number;
    const on = async (seq: number) => Object.fromEntries((await projection.enforcementOf(seq))?.cells ?? []);
    const facts = (cell: string) => cellFacts(projection.state, cell);
    const waits = (cell: string) => [...facts(cell).waitingFor.keys()].sort();
    return { projection, put, remove, on, facts, waits };
  }
  async function close(): Promise<void> {
    for (const each of closing.splice(0).reverse()) await each();
  }
  async function report(cell: string, tell: (sender: ReportSender) => void): Promise<void> {
    const sender = new ReportSender(await nats.connect('cell'), cell);
    tell(sender);
    await sender.close(10_000);
  }
  const holds = (cell: string, spaces: (string | null)[], namesSpaces?: boolean) =>
    report(cell, (sender) =>
      sender.holds({
        ...{ cell, ...(namesSpaces !== undefined && { namesSpaces }) },
        containers: spaces.map((space, index) => ({
          ...{ handle: `${cell}-${index}`, app: 'web', index, address: `10.255.1.${index + 2}`, space, org: null },
        })),
      }),
    );
  const says = (cell: string, atMs: number, revs: [space: string | null, rev: number][]) =>
    report(cell, (sender) => {
      const documents = revs.map(([space, rev]) => ({ key: spaceKey(space), rev }));
      const enforcedUpTo = Math.max(...revs.map(([, rev]) => rev));
      sender.enforced({ cell, enforcedUpTo, changes: [], documents, enforcedAtMs: atMs, flowsCut: 0 });
    });

  it(
    'is in force where the cells say so, and after a restart waits for what it waited for before',
    async () => {
      const first = await open();
      await holds('one', ['a', 'b'], true);
      await holds('two', ['b', null], true);
      await holds('older', ['a', 'b']);
      await until(() => first.facts('older').containers.length === 2);
      const [inBoth, everywhere] = [await first.put('g', 'a', 'b'), await first.put('h', null)];
      expect(await first.on(inBoth)).toEqual({ one: null, two: null });
      expect(await first.on(everywhere)).toEqual({ one: null, two: null });
      await says('one', 2001, [
        ['a', inBoth],
        ['b', inBoth],
        [null, everywhere],
      ]);
      await until(() => first.waits('one').length === 0);
      // What is gone is in no event: whom it concerns follows from what stood before.
      const gone = await first.remove('g');
      expect(await first.on(gone)).toEqual({ one: null, two: null });
      await close();

      const second = await open();
      expect([second.waits('one'), second.waits('two')]).toEqual([[gone], [inBoth, everywhere, gone]]);
      expect(await second.on(inBoth)).toEqual({ one: 2001, two: null });
      const settled = second.projection.settled(gone, LONG_MS / 2);
      await says('two', 2002, [
        ['b', gone],
        [null, everywhere],
      ]);
      await says('one', 2003, [
        ['a', gone],
        ['b', gone],
      ]);
      await settled;
      expect(await second.on(gone)).toEqual({ one: 2003, two: 2002 });
      await holds('late', ['a'], true);
      await until(() => second.facts('late').containers.length === 1);
      await close();

      const third = await open();
      for (const seq of [inBoth, everywhere]) expect(await third.on(seq)).toEqual({ one: 2001, two: 2002 });
      expect(await third.on(gone)).toEqual({ one: 2003, two: 2002 });
      expect(await third.on(await third.put('g', 'a'))).toEqual({ one: null, late: null });
    },
    LONG_MS,
  );

  it(
    'in the tables of an earlier version concerns a cell as soon as it has said that it names spaces',
    async () => {
      const before = await open();
      await holds('one', ['a']);
      await until(() => before.facts('one').containers.length === 1);
      const unsaid = await before.put('g', 'a');
      await close();
      const after = await open();
      expect([await after.on(unsaid), after.waits('one')]).toEqual([{}, []]);
      await holds('one', ['a'], true);
      await until(() => after.facts('one').namesSpaces);
      const pending = await after.put('g', null);
      expect(await after.on(pending)).toEqual({ one: null });
      await says('one', 2001, [
        ['a', pending],
        [null, pending],
      ]);
      await until(() => after.waits('one').length === 0);
      expect([await after.on(unsaid), await after.on(pending)]).toEqual([{}, { one: 2001 }]);
    },
    LONG_MS,
  );
});
