import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeadlyStatements,
  describeOnEachDatabase,
  runStatement,
  startTestNats,
  until,
  type DatabaseLocation,
  type TestNats,
} from '@heddle/testing';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { runHeddle } from '../support/heddle-command';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

interface Stage {
  readonly when: 'before' | 'amid' | 'after';
  /** Of the statements up to the one with which it dies, on SQLite and on PostgreSQL where they differ. */
  readonly words: readonly string[] | { readonly SQLite: readonly string[]; readonly PostgreSQL: readonly string[] };
  /** Which tables are there afterwards. */
  readonly tables: 'old' | 'new' | 'either';
}

const swapping = (table: string) => ({
  SQLite: `INSERT INTO "main"."${table}"`,
  PostgreSQL: `ALTER TABLE "heddle_rebuild"."${table}"`,
});
const onEach = (...words: (string | { SQLite: string; PostgreSQL: string })[]) => {
  const of = (kind: 'SQLite' | 'PostgreSQL') => words.map((word) => (typeof word === 'string' ? word : word[kind]));
  return { SQLite: of('SQLite'), PostgreSQL: of('PostgreSQL') };
};
const INDEX = { SQLite: 'CREATE INDEX "policy_span_by_pair"', PostgreSQL: 'CREATE INDEX policy_span_by_pair' };
const [FIRST, LAST] = [swapping('event'), swapping('standing_span')];

const STAGES: readonly [string, Stage][] = [
  ['while the new tables are made', { when: 'after', words: ['CREATE TABLE "policy"'], tables: 'old' }],
  ['while they are filled', { when: 'amid', words: ['INSERT INTO "event"'], tables: 'old' }],
  ['while their indexes are made', { when: 'amid', words: onEach('INSERT INTO "event"', INDEX), tables: 'old' }],
  ['while the old ones are compared with them', { when: 'amid', words: ['IS DISTINCT FROM'], tables: 'old' }],
  ['behind the first table that is put in place', { when: 'after', words: onEach(FIRST), tables: 'old' }],
  ['behind the last one', { when: 'after', words: onEach(LAST), tables: 'old' }],
  ['before that is committed', { when: 'before', words: onEach(LAST, 'COMMIT'), tables: 'old' }],
  ['while that is committed', { when: 'amid', words: onEach(LAST, 'COMMIT'), tables: 'either' }],
  ['when that is committed', { when: 'after', words: onEach(LAST, 'COMMIT'), tables: 'new' }],
  [
    'before what is left is taken away',
    { when: 'before', words: onEach(LAST, { SQLite: 'DETACH', PostgreSQL: 'DROP SCHEMA' }), tables: 'new' },
  ],
];

/** What somebody alters behind the back of the control plane: something in the tables that are swapped first and last, and between. */
const ALTERATIONS = [
  `UPDATE event SET actor_name = 'nobody' WHERE seq = 2`,
  `INSERT INTO tag (tag, app, type) VALUES (77, 'ghost', 'app')`,
  `DELETE FROM standing_span WHERE from_seq = 1`,
];
const ALTERED = ['event', 'tag', 'standing_span'];

interface Found {
  readonly isEqual: boolean;
  readonly tables: readonly { table: string; missing: Rows; extra: Rows; different: Rows }[];
}
interface Rows {
  readonly count: number;
}

describeOnEachDatabase('a control plane that is killed while it makes its tables anew', (databases) => {
  let nats: TestNats;
  let dataDir: string;
  let location: DatabaseLocation;
  let plane: ControlPlaneProcess | undefined;
  const deadly = new DeadlyStatements();

  beforeAll(async () => {
    nats = await startTestNats();
    dataDir = await mkdtemp(join(tmpdir(), 'heddle-rebuild-'));
    location =
      databases.kind === 'SQLite' ? { sqliteFile: join(dataDir, 'read-model.sqlite') } : await databases.fresh();
    plane = await begin();
    for (const app of ['a', 'b', 'c']) await add(plane, app);
  }, 120_000);
  afterAll(async () => {
    await plane?.stop();
    await nats.stop();
    await rm(dataDir, { recursive: true, force: true });
    deadly.remove();
  }, 60_000);

  const begin = () =>
    ControlPlaneProcess.start(nats, dataDir, nats.url, {
      ...deadly.environment,
      ...('databaseUrl' in location && { DATABASE_URL: location.databaseUrl }),
    });
  const add = async (on: ControlPlaneProcess, app: string) =>
    expect(await on.request('POST', POLICIES, policiesBody(wirePolicy(app, 'db')))).toMatchObject({ status: 200 });

  /** The tables that are not what the log makes of them. */
  async function altered(on: ControlPlaneProcess): Promise<string[]> {
    const { out } = await runHeddle(['audit', 'compare', '--output', 'json'], on);
    const { tables } = JSON.parse(out) as Found;
    return tables
      .filter(({ missing, extra, different }) => missing.count + extra.count + different.count > 0)
      .map(({ table }) => table);
  }

  async function leftOver(): Promise<boolean> {
    if ('sqliteFile' in location) return existsSync(`${location.sqliteFile}.rebuild`);
    const rows = await runStatement(location, `SELECT 1 FROM pg_namespace WHERE nspname = 'heddle_rebuild'`);
    return rows.length > 0;
  }

  /** PostgreSQL hears of a death when what it does for the dead one ends. */
  async function forgotten(): Promise<void> {
    if ('sqliteFile' in location) return;
    const sessions = `SELECT 1 FROM pg_stat_activity
      WHERE application_name = 'heddle-read-model' AND datname = current_database()`;
    await until(async () => (await runStatement(location, sessions)).length === 0, { withinMs: 30_000 });
  }

  it.each(STAGES)(
    '%s finds the old or the new ones at its next start, and makes them anew when it is asked again',
    async (stage, { when, words, tables }) => {
      const dying = plane as ControlPlaneProcess;
      expect(await altered(dying)).toEqual([]);
      for (const alteration of ALTERATIONS) await runStatement(location, alteration);

      deadly.die(when, 'SQLite' in words ? words[databases.kind] : words);
      await expect(dying.request('POST', '/api/v1/audit/rebuild')).rejects.toThrow();
      await dying.exited(30_000);
      deadly.spare();
      await forgotten();
      expect(await leftOver()).toBe(true);

      plane = await begin();
      expect(await leftOver()).toBe(false);
      const found = await altered(plane);
      if (tables !== 'either' || found.length > 0) expect(found).toEqual(tables === 'new' ? [] : ALTERED);
      expect((await runHeddle(['audit', 'rebuild'], plane)).exitCode).toBe(0);
      expect(await altered(plane)).toEqual([]);
      expect(await leftOver()).toBe(false);
      await add(plane, stage.replaceAll(' ', '-'));
    },
    120_000,
  );
});
