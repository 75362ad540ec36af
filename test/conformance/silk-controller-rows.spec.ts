import { startTestNats, type TestNats } from '@heddle/testing';
import { CertificateAuthority, type CertificatePaths } from '../support/certificates';
import { InternalClient } from '../support/internal-client';
import { startSilkServer, type SilkServer } from '../support/silk-server';

/** In the data directory. What the tables hold is shown for both databases by the other specs. */
const IN_FILE = { sqliteFile: '' };
/** In the words of Node, by how far it was when the server hung up. */
const REFUSED = /certificate required|unknown ca|ECONNRESET|EPIPE|socket hang up/;

/**
 * The rows of the suite of silk's controller, and where each is:
 *
 * | row                                            | spec                                                   |
 * | ---------------------------------------------- | ------------------------------------------------------ |
 * | acquire, renew, release, list; single addresses | leases.spec.ts                                         |
 * | the same lease on acquiring again              | leases.spec.ts: acquires, gives the same again          |
 * | a new lease when the network has changed       | here                                                   |
 * | an expired lease is given to another           | leases.spec.ts, leases-whole-pool.spec.ts              |
 * | renewing what is unknown acquires it           | leases.spec.ts: renews; refills an empty log           |
 * | 409 on a mismatch                              | leases.spec.ts: renews                                 |
 * | concurrent acquisition over the entire pool    | leases-whole-pool.spec.ts, ../e2e/lease-pool.spec.ts   |
 * | metrics                                        | here                                                   |
 * | health                                         | leases.spec.ts: tells of its health                    |
 * | who is let in; a graceful stop                 | here                                                   |
 */
describe('the rest of the suite of silk’s controller', () => {
  let nats: TestNats;
  let silk: SilkServer | undefined;
  const start = async (environment: Record<string, string> = {}) => {
    silk = await startSilkServer(nats, IN_FILE, environment);
    return silk;
  };
  const stop = async () => {
    await silk?.stop();
    silk = undefined;
  };
  const underlay_ip = '10.0.3.1';
  const acquire = async ({ ask }: SilkServer, wanted: object = { underlay_ip }) =>
    JSON.parse((await ask('PUT', '/leases/acquire', wanted)).body) as Record<string, string>;

  beforeEach(async () => {
    nats = await startTestNats();
  });
  afterEach(async () => {
    await stop();
    await nats.stop();
  });

  it('when the network has changed, a lease of before goes on being renewed; who acquires gets one of the new network', async () => {
    const before = await acquire(await start());
    await stop();
    const { ask, server } = await start({ HEDDLE_OVERLAY_NETWORKS: '10.9.0.0/22' });
    expect(await ask('PUT', '/leases/renew', before)).toMatchObject({ status: 200, body: '{}' });
    const after = await acquire({ ask } as SilkServer);
    expect(after).toEqual({ underlay_ip, overlay_subnet: '10.9.1.0/24', overlay_hardware_addr: 'ee:ee:0a:09:01:00' });
    expect(JSON.parse((await ask('GET', '/leases')).body)).toEqual({ leases: [after] });
    const { leases } = await server.get<{ leases: object[] }>('/api/v1/leases');
    expect(leases).toHaveLength(1);
  }, 60_000);

  it('figures: how many hold a lease, how many are free, stale or in quarantine, how many ended, and how long requests take', async () => {
    const server = await start({ HEDDLE_OVERLAY_NETWORKS: '10.9.0.0/22' });
    for (const n of [1, 2, 3]) await acquire(server, { underlay_ip: `10.0.3.${n}` });
    await server.ask('PUT', '/leases/release', { underlay_ip: '10.0.3.2' });
    await server.server.request('POST', '/api/v1/leases/fence', { body: { cell: '10.0.3.3' } });
    const { body } = await server.server.request('GET', '/metrics');
    for (const figure of [
      /^heddle_cells\S* 1$/m,
      /^heddle_leases_free\S* 1$/m,
      /^heddle_leases_quarantined\S* 1$/m,
      /^heddle_leases_stale\S* 0$/m,
      /^heddle_leases_ended_total\{how="released"\S* 1$/m,
      /^heddle_leases_ended_total\{how="fenced"\S* 1$/m,
      /^heddle_lease_request_seconds_count\{.*leases_acquire.* 3$/m,
    ])
      expect(body).toMatch(figure);
  }, 60_000);

  it('nobody is let in without a certificate of the authority', async () => {
    const { server, authority } = await start();
    const outcome = async (certificate?: CertificatePaths) => {
      const client = new InternalClient(server.leasesUrl, authority.cert, certificate);
      const answer = await client.ask('GET', '/leases').catch((error: Error) => error.message);
      client.close();
      return typeof answer === 'string' ? answer : answer.status;
    };
    expect(await outcome(await authority.issue('cell-2'))).toBe(200);
    expect(await outcome()).toMatch(REFUSED);
    const other = await CertificateAuthority.create();
    expect(await outcome(await other.issue('cell-1'))).toMatch(REFUSED);
    await other.remove();
  }, 60_000);

  it('a stop answers what it was asked, then nobody; what was acquired is there at the next start', async () => {
    const { ask, server } = await start();
    const asked = Array.from({ length: 20 }, (_, n) =>
      ask('PUT', '/leases/acquire', { underlay_ip: `10.0.3.${n + 1}` }),
    );
    await asked[0];
    const stopping = server.stop();
    const answers = await Promise.allSettled(asked);
    await stopping;
    const given = answers.filter((each) => each.status === 'fulfilled' && each.value.status === 200).length;
    await expect(ask('GET', '/leases')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await stop();
    const listed = (await (await start()).ask('GET', '/leases')).body;
    expect(given).toBeGreaterThan(0);
    expect((JSON.parse(listed) as { leases: object[] }).leases.length).toBeGreaterThanOrEqual(given);
  }, 60_000);
});
