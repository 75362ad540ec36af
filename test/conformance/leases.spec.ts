import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import { startSilkServer, type SilkServer } from '../support/silk-server';

const ip = (n: number) => `10.0.3.${n}`;
const mac = (subnet: string) =>
  `ee:ee:${(subnet.split('/')[0] ?? '')
    .split('.')
    .map((octet) => Number(octet).toString(16).padStart(2, '0'))
    .join(':')}`;
const lease = (n: number, overlay_subnet: string) => ({
  ...{ underlay_ip: ip(n), overlay_subnet, overlay_hardware_addr: mac(overlay_subnet) },
});
const block = (n: number, third = n) => lease(n, `10.255.${third}.0/24`);
const text = (value: object) => JSON.stringify(value);

/** What silk's controller answers, row by row; the pool holds three blocks and 255 single addresses. */
describeOnEachDatabase('the API of silk daemons', (databases) => {
  let nats: TestNats;
  let silk: SilkServer;
  const put = async (what: string, body: unknown) => {
    const answer = await silk.ask('PUT', `/leases/${what}`, body);
    return { status: answer.status, body: answer.body };
  };
  const list = async () => (JSON.parse((await silk.ask('GET', '/leases')).body) as { leases: object[] }).leases;
  const start = async (environment: Record<string, string> = {}) => {
    silk = await startSilkServer(nats, await databases.fresh(), {
      HEDDLE_OVERLAY_NETWORKS: '10.255.0.0/22',
      ...environment,
    });
  };
  beforeAll(async () => {
    nats = await startTestNats();
    await start();
  }, 90_000);
  afterAll(async () => {
    await silk?.stop();
    await nats?.stop();
  });
  afterEach(async () => {
    for (const { underlay_ip } of (await list()) as { underlay_ip: string }[]) await put('release', { underlay_ip });
  }, 30_000);

  it('lists nothing at first, in this form', async () =>
    expect(await silk.ask('GET', '/leases')).toMatchObject({ status: 200, body: '{"leases":[]}' }));

  it('tells of its health without TLS: well while the log answers, else not', async () => {
    const health = async (path = '/health') => (await fetch(silk.server.leasesHealthUrl + path)).status;
    expect(new URL(silk.server.leasesHealthUrl).hostname).toBe('127.0.0.1');
    expect([await health(), await health('/leases')]).toEqual([200, 404]);
    await nats.kill();
    try {
      expect(await health()).toBe(500);
    } finally {
      await nats.restart();
    }
    await until(async () => (await health()) === 200, { withinMs: 30_000 });
  }, 60_000);

  describe('refuses', () => {
    it.each<[string, unknown, number, string | RegExp]>([
      ['acquire', '{', 400, /^\{"error":"unmarshal-request: .+"\}$/],
      ['acquire', '', 400, /^\{"error":"unmarshal-request: .+"\}$/],
      ['acquire', '[]', 400, /^\{"error":"unmarshal-request: .+"\}$/],
      ['acquire', { underlay_ip: 7 }, 400, /^\{"error":"unmarshal-request: .+"\}$/],
      ['acquire', { underlay_ip: ip(1), single_overlay_ip: 'yes' }, 400, /^\{"error":"unmarshal-request: .+"\}$/],
      ['acquire', {}, 500, '{"error":"acquire-subnet-lease: invalid ipv4 address: "}'],
      ['acquire', 'null', 500, '{"error":"acquire-subnet-lease: invalid ipv4 address: "}'],
      ['acquire', { underlay_ip: 'fd00::1' }, 500, '{"error":"acquire-subnet-lease: invalid ipv4 address: fd00::1"}'],
      ['renew', '{', 400, /^\{"error":"unmarshal-request: .+"\}$/],
      ['renew', {}, 409, /^\{"error":"renew-subnet-lease: .+"\}$/],
      ['renew', { ...block(1), underlay_ip: '10.0.3' }, 409, /^\{"error":"renew-subnet-lease: .+"\}$/],
      ['renew', { ...block(1), overlay_subnet: '10.255.1.0' }, 409, /^\{"error":"renew-subnet-lease: .+"\}$/],
      ['renew', { ...block(1), overlay_hardware_addr: 'ee:ee' }, 409, /^\{"error":"renew-subnet-lease: .+"\}$/],
      ['renew', lease(1, '10.99.1.0/24'), 409, /^\{"error":"renew-subnet-lease: .+"\}$/],
      ['renew', lease(1, '10.255.0.0/24'), 409, /^\{"error":"renew-subnet-lease: .+"\}$/],
      ['release', '{', 400, /^\{"error":"unmarshal-request: .+"\}$/],
    ])('PUT %s %j with %i', async (what, body, status, answer) => {
      expect(await put(what, body)).toEqual({
        status,
        body: typeof answer === 'string' ? answer : expect.stringMatching(answer),
      });
      expect(await list()).toEqual([]);
    });

    it.each([
      ['GET', '/leases/acquire', 405],
      ['PUT', '/leases', 405],
      ['GET', '/lease', 404],
    ])('%s %s with %i', async (method, path, status) => expect((await silk.ask(method, path)).status).toBe(status));
  });

  it('acquires, gives the same again whatever kind is asked for, and lists it', async () => {
    const first = await put('acquire', { underlay_ip: ip(1), single_overlay_ip: false });
    const [{ overlay_subnet }] = [JSON.parse(first.body) as { overlay_subnet: string }];
    expect(overlay_subnet).toMatch(/^10\.255\.[123]\.0\/24$/);
    expect(first).toEqual({ status: 200, body: text(lease(1, overlay_subnet)) });
    expect(await put('acquire', { Underlay_IP: ip(1), single_overlay_ip: true, more: 1 })).toEqual(first);
    expect(await list()).toEqual([lease(1, overlay_subnet)]);
  });

  it('gives single addresses out of the first block, and keeps them when a block is asked for', async () => {
    const single = await put('acquire', { underlay_ip: ip(1), single_overlay_ip: true });
    expect(single.body).toMatch(/"overlay_subnet":"10\.255\.0\.\d+\/32"/);
    expect(await put('acquire', { underlay_ip: ip(1) })).toEqual(single);
  });

  it('releases what is there and what is not, and the next one gets precisely it when all are leased', async () => {
    for (const n of [1, 2, 3]) expect((await put('acquire', { underlay_ip: ip(n) })).status).toBe(200);
    expect(await put('acquire', { underlay_ip: ip(4) })).toEqual({
      status: 409,
      body: '{"error":"no lease available"}',
    });
    const [, second] = (await list()) as ReturnType<typeof lease>[];
    if (!second) throw new Error('there are not two leases');
    expect(await put('release', { underlay_ip: second.underlay_ip })).toEqual({ status: 200, body: '{}' });
    expect(await put('release', { underlay_ip: second.underlay_ip })).toEqual({ status: 200, body: '{}' });
    expect(await put('acquire', { underlay_ip: ip(4) })).toEqual({
      ...{ status: 200, body: text(lease(4, second.overlay_subnet)) },
    });
  });

  it('renews: unknown is entered as sent, identical is fine, anything else is a conflict', async () => {
    expect(await put('renew', block(1, 2))).toEqual({ status: 200, body: '{}' });
    expect(await put('renew', block(1, 2))).toEqual({ status: 200, body: '{}' });
    expect(await list()).toEqual([block(1, 2)]);
    const mismatch = { status: 409, body: '{"error":"renew-subnet-lease: lease mismatch"}' };
    expect(await put('renew', { ...block(1, 2), overlay_hardware_addr: 'ee:ee:00:00:00:01' })).toEqual(mismatch);
    expect(await put('renew', block(1, 3))).toEqual(mismatch);
    expect(await put('renew', block(2, 2))).toMatchObject({ status: 409 });
    expect(await list()).toEqual([block(1, 2)]);
  });

  it('refills an empty log from those who renew', async () => {
    await silk.stop();
    await nats.stop();
    nats = await startTestNats();
    await start();
    expect(await list()).toEqual([]);
    for (const n of [1, 3]) expect(await put('renew', block(n))).toEqual({ status: 200, body: '{}' });
    expect(await list()).toEqual([block(1), block(3)]);
  }, 60_000);

  it('has leases taken away by operators: renewing is a conflict then, acquiring gives the subnet back', async () => {
    const native = async (what: string) => {
      const body = { subnet: '10.255.1.0/24' };
      return (await silk.server.request('POST', `/api/v1/leases/${what}`, { body })).status;
    };
    const states = async () => {
      const { leases } = await silk.server.get<{ leases: { state: string }[] }>('/api/v1/leases');
      return leases.map(({ state }) => state);
    };
    await put('renew', block(1));
    expect(await states()).toEqual(['live']);
    expect(await native('fence')).toBe(200);
    expect(await states()).toEqual(['quarantined']);
    expect(await list()).toEqual([]);
    expect(await native('fence')).toBe(404);
    expect(await put('renew', block(1))).toMatchObject({ status: 409 });
    expect(await put('acquire', { underlay_ip: ip(1) })).toEqual({ status: 200, body: text(block(1)) });
    expect(await native('fence')).toBe(200);
    expect(await native('release')).toBe(200);
    expect(await states()).toEqual([]);
    expect(await native('release')).toBe(404);
  });

  it('hides an expired lease, and gives its subnet when everything else is leased', async () => {
    await silk.stop();
    await nats.stop();
    nats = await startTestNats();
    await start({
      ...{ HEDDLE_LEASE_EXPIRATION: '2', HEDDLE_LEASE_RENEW_INTERVAL: '1', HEDDLE_LEASE_QUARANTINE: '0' },
    });
    for (const n of [1, 2, 3]) await put('acquire', { underlay_ip: ip(n) });
    await until(
      async () => {
        for (const n of [1, 3]) await put('renew', block(n));
        return (await list()).length === 2;
      },
      { withinMs: 20_000 },
    );
    expect(await put('acquire', { underlay_ip: ip(9) })).toEqual({ status: 200, body: text(block(9, 2)) });
  }, 60_000);
});
