import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JetStreamEventLog } from '@heddle/event-log';
import { describeOnEachDatabase, startTestNats, type TestNats } from '@heddle/testing';
import { CertificateAuthority } from '../support/certificates';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { InternalClient } from '../support/internal-client';
import { internalSettings } from '../support/internal-server';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

const WRITERS = 4;
const ROUNDS = 200;
/** The last policies of each writer stay, so that there is something to compare. */
const KEPT = 25;
const TAGS = '/networking/v1/external/tags';
const OK = { status: 200, body: '{}' };
const NO_POLICIES = '{"total_policies":0,"policies":[]}';

interface Plane {
  readonly process: ControlPlaneProcess;
  readonly cell: InternalClient;
}

describeOnEachDatabase('two control planes on one log', (databases) => {
  let nats: TestNats;
  let authority: CertificateAuthority;
  let directory: string;
  const planes: Plane[] = [];

  beforeAll(async () => {
    nats = await startTestNats();
    authority = await CertificateAuthority.create();
    directory = await mkdtemp(join(tmpdir(), 'heddle-two-'));
    const location = await databases.fresh();
    const settings = {
      ...(await internalSettings(authority)),
      // PostgreSQL is shared; on SQLite each process has the file in its own data directory.
      ...('databaseUrl' in location && { DATABASE_URL: location.databaseUrl }),
    };
    const client = await authority.issue('cell-1');
    for (const name of ['a', 'b']) {
      const process = await ControlPlaneProcess.start(nats, join(directory, name), nats.url, settings);
      planes.push({ process, cell: new InternalClient(process.internalUrl, authority.cert, client) });
    }
  }, 90_000);
  afterAll(async () => {
    for (const { process, cell } of planes.splice(0)) {
      cell.close();
      await process.stop();
    }
    await nats?.stop();
    await authority?.remove();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const plane = (n: number) => planes[n % planes.length] as Plane;
  const markAt = async (n: number): Promise<bigint> => {
    const text = await plane(n).cell.get('policies_last_updated');
    expect(text).toMatch(/^\d{16}000$/);
    return BigInt(text);
  };

  /**
   * A change moves the mark beyond every mark that anybody saw before it was asked for, on whichever control plane. A mark of one
   * that has not heard of the newest change yet may be older, never another number for the same change.
   */
  async function change(n: number, path: string, ...policies: unknown[]): Promise<void> {
    const before = await markAt(n + 1);
    expect(await plane(n).process.request('POST', path, policiesBody(...policies))).toEqual(OK);
    expect(await markAt(n)).toBeGreaterThan(before);
  }

  /** Tags are given and taken back all the time, since the apps are few; the ports keep the policies of writers apart. */
  function policyOf(writer: number, round: number) {
    return wirePolicy(`source-${round % 3}`, `destination-${(writer + round) % 5}`, 1000 + writer * ROUNDS + round);
  }

  /** Each policy is removed where it was not added. */
  async function write(writer: number): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      await change(writer + round, POLICIES, policyOf(writer, round));
      if (round < ROUNDS - KEPT) await change(writer + round + 1, DELETE, policyOf(writer, round));
    }
  }

  /** Every mark that a cell saw that asked the control planes in turn until told to stop, by control plane. */
  async function poll(signal: AbortSignal): Promise<bigint[][]> {
    const seen: bigint[][] = planes.map(() => []);
    while (!signal.aborted) for (const n of planes.keys()) seen[n]?.push(await markAt(n));
    return seen;
  }

  /** The mark after each change, folded from the log in another way than the control plane does it. */
  async function marksOfTheLog(): Promise<bigint[]> {
    const log = new JetStreamEventLog(await nats.connect());
    const marks: bigint[] = [1_000_000_000_000_000_000n];
    for await (const { time } of log.read({ after: 0, upTo: await log.lastSequence() })) {
      const [, day, fraction] = /^(.*)\.(\d{6})Z$/.exec(time) as unknown as [string, string, string];
      const taken = BigInt(`${Date.parse(`${day}Z`) / 1000}${fraction}000`);
      const last = marks.at(-1) as bigint;
      marks.push(taken > last ? taken : last + 1000n);
    }
    return marks;
  }

  const everywhere = (ask: (plane: Plane) => Promise<string>) => Promise.all(planes.map(ask));
  const external = (path: string) =>
    everywhere(async ({ process }) => {
      const { status, body } = await process.request('GET', path);
      return `${status} ${body}`;
    });
  const internal = (what: string) => everywhere(({ cell }) => cell.get(what));

  /** Control planes that were told of the newest change by nobody hear of it within moments. */
  async function settled(): Promise<void> {
    const newest = (await marksOfTheLog()).at(-1);
    for (const n of planes.keys()) while ((await markAt(n)) !== newest);
  }

  it(`${WRITERS} writers × ${ROUNDS} creates and deletes, and a cell that polls`, async () => {
    const stop = new AbortController();
    const polling = poll(stop.signal);
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
    await Promise.all(writers).finally(() => stop.abort());

    const marks = await marksOfTheLog();
    expect(marks).toHaveLength(1 + WRITERS * (2 * ROUNDS - KEPT));
    expect(new Set(marks).size).toBe(marks.length);
    for (const seen of await polling) {
      expect(new Set(seen).size).toBeGreaterThan(20);
      expect(seen).toEqual([...seen].sort(ascending));
      expect(seen.filter((mark) => !marks.includes(mark))).toEqual([]);
    }
  }, 120_000);

  it('both answer the same', async () => {
    await settled();
    const answers = [await external(POLICIES), await external(TAGS), await internal('policies')];
    for (const [a, b] of answers) expect(a).toBe(b);
    expect(answers[0]?.[0]).toContain(`{"total_policies":${WRITERS * KEPT},`);
    expect(answers[1]?.[0]?.match(/"tag":"000[1-8]"/g)).toHaveLength(8);
    expect(answers[2]?.[0]).toContain(`{"total_policies":${WRITERS * KEPT},`);
  });

  it('each lost races, and decided again', async () => {
    for (const { process } of planes) {
      const { body } = await process.request('GET', '/metrics');
      const lost = /^heddle_append_conflicts_total\{topic="policy",.*\} (\d+)$/m.exec(body)?.[1];
      expect(Number(lost)).toBeGreaterThan(0);
    }
  });

  it('tags are all free at the end, and the lowest are given first', async () => {
    const { policies } = JSON.parse((await plane(0).process.request('GET', POLICIES)).body) as { policies: unknown[] };
    await change(1, DELETE, ...policies);
    await settled();
    expect(await external(POLICIES)).toEqual([`200 ${NO_POLICIES}`, `200 ${NO_POLICIES}`]);
    expect(await external(TAGS)).toEqual(['200 {"tags":[]}', '200 {"tags":[]}']);
    expect(await internal('policies')).toEqual([NO_POLICIES, NO_POLICIES]);
    await change(0, POLICIES, wirePolicy('web', 'db'));
    await settled();
    const tags = '200 {"tags":[{"id":"web","tag":"0001","type":"app"},{"id":"db","tag":"0002","type":"app"}]}';
    expect(await external(TAGS)).toEqual([tags, tags]);
  });
});

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
