import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppDocument } from '@heddle/calc';
import { StateWatch, stateSubject } from '@heddle/cell-protocol';
import { startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { TestControlPlane } from '../support/control-plane';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

const NEVER = { leastMs: 3_600_000, mostMs: 3_600_000 };
/** By beats alone, then. */
const TIMES = { withoutBeats: NEVER, withBeats: NEVER, afterGap: { leastMs: 10, mostMs: 50 } };
const PATIENCE = { withinMs: 30_000 };

describe('an older copy of the store, put back under a control plane and a cell that run', () => {
  let nats: TestNats;
  let control: NatsConnection;
  let plane: TestControlPlane;
  let watch: StateWatch;
  /** How many apps may reach `db`, by each document of it that the cell was given. */
  let sources: number[];

  beforeEach(async () => {
    nats = await startTestNats();
    control = await nats.connect();
    plane = await TestControlPlane.start(nats);
    sources = [];
    const nothing = (): void => {};
    const appChanged = ({ inbound }: AppDocument): void =>
      void sources.push(inbound.reduce((sum, { tags }) => sum + tags.length, 0));
    const others = {
      ...{ leaseChanged: nothing, spaceChanged: nothing, verified: nothing },
      ...{ malformed: nothing, cutOff: nothing, caughtUp: nothing },
    };
    watch = new StateWatch(await nats.connect('cell'), { appChanged, ...others }, TIMES);
    await watch.watchApp('db');
  }, 60_000);
  afterEach(async () => {
    await watch?.close();
    await plane?.stop();
    await nats?.stop();
  }, 60_000);

  const add = async (app: string) =>
    (await plane.request('POST', POLICIES, { body: policiesBody(wirePolicy(app, 'db')) })).status;
  const store = () => join(nats.dataDir, 'nats');
  const stored = async (subject = stateSubject.app('db')): Promise<AppDocument> => {
    const { streams } = await control.jetstreamManager();
    return (await streams.getMessage('HEDDLE_STATE', { last_by_subj: subject })).json();
  };

  /** A connection needs a moment to come back. */
  const holds = (rev: number, subject?: string): Promise<boolean> =>
    stored(subject).then(
      (document) => document.rev === rev,
      () => false,
    );

  it.each([
    ['when the control plane has marked what it published', true],
    ['before it could: it writes its mark over the older documents, and finds out by that', false],
  ])(
    '%s: takes nothing from the cell, is made whole for cells, and shows',
    async (_, isMarked) => {
      expect(await add('a')).toBe(200);
      await until(() => sources.at(-1) === 1);
      await nats.kill();
      const copy = join(nats.dataDir, 'copy');
      await cp(store(), copy, { recursive: true });
      await nats.restart();
      await until(async () => (await add('b')) === 200, PATIENCE);
      await until(() => sources.at(-1) === 2, PATIENCE);
      const before = await stored();
      if (isMarked) await until(() => holds(before.rev, stateSubject.cursor), PATIENCE);

      await nats.kill();
      await rm(store(), { recursive: true });
      await cp(copy, store(), { recursive: true });
      await nats.restart();
      // The copy holds an older one: what is read now was published since.
      await until(() => holds(before.rev), PATIENCE);
      expect((await stored()).inbound).toEqual(before.inbound);

      const { status, body } = await plane.request('GET', '/healthz');
      expect(JSON.parse(body)).toMatchObject({ status: 'unavailable', log: { state: 'short' } });
      expect(status).toBe(503);
      const refused = await plane.request('POST', POLICIES, { body: policiesBody(wirePolicy('c', 'db')) });
      expect([refused.status, refused.body]).toEqual([
        503,
        expect.stringContaining('the log ends at event 1, and was read up to event 2'),
      ]);
      // Never less than before, and nothing that no log has.
      expect(sources.slice(sources.indexOf(2))).toEqual(sources.slice(sources.indexOf(2)).map(() => 2));
    },
    120_000,
  );
});
