import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';
import { runHeddle } from '../support/heddle-command';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

describeOnEachDatabase('a piece of the log', (databases) => {
  let nats: TestNats;
  let plane: TestControlPlane;
  let directory: string;
  let stopped = false;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'heddle-bundle-'));
    nats = await startTestNats();
    const location = await databases.fresh();
    plane = await TestControlPlane.start(nats, 'databaseUrl' in location ? location.databaseUrl : undefined);
    for (const app of ['a', 'b', 'c', 'd', 'e']) {
      await plane.request('POST', POLICIES, { body: policiesBody(wirePolicy(app, 'db')) });
      if (app === 'b') await heddle('checkpoint');
    }
    await heddle('export', '-o', 'all.jsonl');
    await writeFile(join(directory, 'key.pem'), (await heddle('key')).out);
  }, 120_000);
  afterAll(async () => {
    if (!stopped) await plane.stop();
    await nats.stop();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  /** Relative names are in the test's own directory. */
  const heddle = (...argv: string[]) =>
    runHeddle(['audit', ...argv.map((arg) => (/\.(jsonl|pem)$/.test(arg) ? join(directory, arg) : arg))], plane);
  const lines = async (name: string) => (await readFile(join(directory, name), 'utf8')).split('\n').slice(0, -1);
  const write = (name: string, bundle: readonly string[]) => writeFile(join(directory, name), `${bundle.join('\n')}\n`);

  it('reaches to the checkpoints around it, with the receipts of its changes', async () => {
    let records: { kind: string; seq?: number }[] = [];
    const ofKind = (kind: string) => records.filter((record) => record.kind === kind);
    // Receipts reach the tables a little later than the changes reach the log.
    await until(async () => {
      expect((await heddle('export', '--from', '4', '--to', '4', '-o', 'piece.jsonl')).exitCode).toBe(0);
      records = (await lines('piece.jsonl')).map((line) => JSON.parse(line) as { kind: string; seq?: number });
      return ofKind('enforcement').length === 3;
    });
    expect(records[0]).toMatchObject({ kind: 'bundle', from: 4, to: 4, anchor: { seq: 2 } });
    expect(ofKind('event').map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(ofKind('enforcement').map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(ofKind('checkpoint')).toMatchObject([{ checkpoint: { seq: 5 } }]);
    expect((await readdir(directory)).filter((name) => name.endsWith('.part'))).toEqual([]);
  }, 60_000);

  it('is taken by time as well', async () => {
    const change = await plane.get<{ time: string }>('/api/v1/changes/4');
    await heddle('export', '--from', change.time.replace(/\d{3}Z$/, 'Z'), '-o', 'since.jsonl');
    const [header] = await lines('since.jsonl');
    expect(JSON.parse(header as string)).toMatchObject({ from: 4, to: 5 });
  }, 60_000);

  it.each([
    [['--from', '5', '--to', '2'], 'there is no change from here to there'],
    [['--from', '9'], 'there is no change 9: the newest is 5'],
    [['--to', '9'], 'there is no change 9: the newest is 5'],
    [['--from', '2100-01-01T00:00:00Z'], 'there is no change 6: the newest is 5'],
    [['--to', '1999-01-01T00:00:00Z'], 'there is no change from here to there'],
    [['--from', '0'], "--from is '0', but must be the number of a change"],
  ])(
    'is refused for %j',
    async (range, words) => {
      const { exitCode, err } = await heddle('export', ...range, '-o', 'none.jsonl');
      expect([exitCode, err]).toEqual([2, expect.stringContaining(words)]);
      expect(await readdir(directory)).not.toContain('none.jsonl');
    },
    60_000,
  );

  it(
    'is not written where that cannot be',
    async () =>
      expect(await heddle('export', '-o', 'no/such/place.jsonl')).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/place\.jsonl cannot be written \(ENOENT\): name another file with -o/) as string,
      }),
    60_000,
  );

  it('verifies without a server, and says whose key counted', async () => {
    await plane.stop();
    stopped = true;
    const own = await heddle('verify', 'all.jsonl');
    expect(own.exitCode).toBe(0);
    expect(own.out).toMatch(
      /^nothing is wrong: 5 events \(1 to 5\), 2 checkpoints, made .*\nits own key was used: .* not who made it/,
    );
    const pinned = await heddle('verify', 'all.jsonl', '--public-key', 'key.pem');
    expect(pinned.out).toMatch(/^nothing is wrong: .*\nsigned by [0-9a-f]{16}, which you gave\n$/);
    expect(JSON.parse((await heddle('verify', 'all.jsonl', '--output', 'json')).out)).toMatchObject({
      fault: null,
      last: 5,
    });
  }, 60_000);

  it('names the first event that is wrong, with exit code 4', async () => {
    const all = await lines('all.jsonl');
    const at = all.findIndex((line) => line.endsWith('"seq":3}'));
    await write('altered.jsonl', all.with(at, (all[at] as string).replace('admin', 'nobody')));
    const altered = await heddle('verify', 'altered.jsonl', '--public-key', 'key.pem');
    expect([altered.exitCode, altered.out]).toEqual([
      4,
      expect.stringMatching(/^NOT as it was written: .*event 3 was altered.*\nfirst wrong: event 3\n/),
    ]);
    await write('cut.jsonl', all.slice(0, -1));
    expect(await heddle('verify', 'cut.jsonl')).toMatchObject({
      exitCode: 4,
      out: expect.stringContaining('cut off') as string,
    });
  }, 60_000);

  it.each([
    [['verify', 'key.pem'], 'this is no bundle that this version of heddle can read'],
    [['verify', 'gone.jsonl'], 'gone.jsonl cannot be read (ENOENT)'],
    [['verify', 'all.jsonl', '--public-key', 'gone.pem'], 'there is no key at'],
    [['verify', 'all.jsonl', '--public-key', 'all.jsonl'], 'holds something else than Ed25519 keys'],
  ])(
    'asks for something that can be checked: %j',
    async (argv, words) => {
      const { exitCode, err } = await heddle(...argv);
      expect([exitCode, err]).toEqual([2, expect.stringContaining(words)]);
    },
    60_000,
  );
});
