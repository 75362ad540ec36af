import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FatalError } from '@heddle/platform';
import { describeOnEachDatabase, describeWithPostgres, loggedEvent } from '@heddle/testing';
import { Client } from 'pg';
import { openReadModel, ReadModelUnavailable } from './index';

const policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 80, end: 80 };
const data = { added: [policy], removed: [], tagsAllocated: [{ app: 'web', tag: 1 }], tagsReleased: [] };
const event = loggedEvent(1, { type: 'policies-changed.v1', data });

describeOnEachDatabase('a read model', (databases) => {
  it('keeps everything when it is closed and opened again', async () => {
    const location = await databases.fresh();
    const before = await openReadModel(location);
    await before.projector().apply([event]);
    await before.close();

    const after = await openReadModel(location);
    expect(await after.cursor('log')).toBe(1);
    expect(await after.listPolicies()).toEqual([policy]);
    expect(await after.listTags()).toEqual([{ app: 'web', tag: 1, type: 'app' }]);
    expect(await after.change(1)).toEqual(event);
    expect(await after.projector().apply([event])).toBe(1);
    await after.close();
  });

  it('can be opened while it is open', async () => {
    const location = await databases.fresh();
    const [first, second] = [await openReadModel(location), await openReadModel(location)];
    await first.projector().apply([event]);
    expect(await second.listPolicies()).toEqual([policy]);
    await Promise.all([first.close(), second.close()]);
  });

  it('lets what is under way come to its end before it closes, and takes nothing on afterwards', async () => {
    const location = await databases.fresh();
    const model = await openReadModel(location);
    const saved = model.saveReports({
      cursorName: 'cells',
      expectedPosition: 0,
      position: 1,
      cells: [],
      enforcements: [],
    });
    await Promise.all([model.close(), model.close()]);
    await saved;
    await expect(model.listPolicies()).rejects.toThrow(ReadModelUnavailable);

    const again = await openReadModel(location);
    expect(await again.cursor('cells')).toBe(1);
    await again.close();
  });

  it('is not opened for one who has given up', async () => {
    const location = await databases.fresh();
    const reason = new Error('given up');
    await expect(openReadModel({ ...location, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const opening = openReadModel({ ...location, signal: controller.signal });
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    await (await openReadModel(location)).close();
  });
});

describe('a SQLite file', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'heddle-open-'));
    await writeFile(join(directory, 'note.txt'), 'This is no database. '.repeat(100));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each([
    ['is no database', 'note.txt', /note\.txt cannot be used \(file is not a database\): move the file away/],
    ['is a directory', '.', /cannot be used .*: make the file and its directory writable/],
    [
      'lies in a directory that cannot be made',
      'note.txt/heddle.db',
      /note\.txt cannot be written .*: make it writable/,
    ],
  ])('that %s is refused in one sentence', async (_, file, sentence) => {
    const refusal = await openReadModel({ sqliteFile: join(directory, file) }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FatalError);
    expect((refusal as Error).message).toMatch(sentence);
    expect((refusal as Error).message).not.toContain('\n');
  });
});

describeWithPostgres('a PostgreSQL', (server) => {
  /** The URL of the running server with one part of it made wrong. */
  const wrong = (change: (url: URL) => void) => {
    const url = new URL(server().url);
    url.password = 'secret';
    change(url);
    return url.href;
  };

  it.each<[string, (url: URL) => void, RegExp]>([
    ['does not run', (url) => (url.port = '1'), /^PostgreSQL 127\.0\.0\.1:1\/postgres cannot be used .*check that/],
    ['has no such database', (url) => (url.pathname = '/nope'), /nope cannot be used .*: create the database/],
    ['does not know the user', (url) => (url.username = 'nobody'), /cannot be used .*: check user and password/],
  ])('that %s is refused in one sentence without the password', async (_, change, sentence) => {
    const refusal = await openReadModel({ databaseUrl: wrong(change) }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FatalError);
    expect((refusal as Error).message).toMatch(sentence);
    expect((refusal as Error).message).not.toMatch(/secret|\n/);
  });

  it('that is not encoded in Unicode is refused: some ids could not be written', async () => {
    const databaseUrl = await server().createDatabase(`ENCODING 'LATIN1' TEMPLATE template0`);
    await expect(openReadModel({ databaseUrl })).rejects.toThrow(/is encoded in LATIN1: create the database with/);
  });

  it.each(['mysql://root@127.0.0.1/heddle', 'heddle'])('is not what %s names', async (databaseUrl) => {
    await expect(openReadModel({ databaseUrl })).rejects.toThrow(/^DATABASE_URL is not of the form/);
  });

  it('gets its tables once, when several open it empty at the same time', async () => {
    const databaseUrl = await server().createDatabase();
    const models = await Promise.all([1, 2, 3, 4].map(() => openReadModel({ databaseUrl })));
    await models[0]?.projector().apply([event]);
    for (const model of models) {
      expect(await model.listPolicies()).toEqual([policy]);
      await model.close();
    }
  });

  it('that ends its connections is used again as soon as it takes new ones', async () => {
    const databaseUrl = await server().createDatabase();
    const model = await openReadModel({ databaseUrl });
    const admin = new Client({ connectionString: server().url });
    await admin.connect();
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'heddle-read-model'`,
    );
    await admin.end();
    const projector = model.projector();
    const outcome = await projector.apply([event]).catch((error: unknown) => error);
    if (outcome !== 1) expect(outcome).toBeInstanceOf(ReadModelUnavailable);
    expect(await projector.apply([event])).toBe(1);
    await model.close();
  });
});
