import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { ensureLogStream, LOG_STREAM } from '@heddle/event-log';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import { CertificateAuthority } from '../support/certificates';
import { InternalClient } from '../support/internal-client';
import { startInternalServer, type InternalServer } from '../support/internal-server';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

const BASE = '/networking/v1/internal';
const TEXT = 'text/plain; charset=utf-8';

/** One policy as cells get it. */
function tagged(source: string, sourceTag: string, destination: string, tag: string, ports = [8080, 8080]): string {
  const [start, end] = ports;
  return `{"source":{"id":"${source}","tag":"${sourceTag}"},"destination":{"id":"${destination}","tag":"${tag}","protocol":"tcp","ports":{"start":${start},"end":${end}}}}`;
}
const listOf = (...policies: string[]) => `{"total_policies":${policies.length},"policies":[${policies.join(',')}]}`;

const A1_A2 = tagged('a1', '0001', 'a2', '0002', [1, 2]);
const A2_A3 = tagged('a2', '0002', 'a3', '0003');
const ODD = tagged('\\u003cweb\\u003e', '0004', 'ünï \\"', '0005');

describeOnEachDatabase('the internal API', (databases) => {
  let nats: TestNats;
  let internal: InternalServer;
  const ask: InternalClient['ask'] = (...request) => internal.client.ask(...request);
  const create = (...policies: unknown[]) =>
    internal.server.request('POST', POLICIES, { body: policiesBody(...policies) });
  const remove = (...policies: unknown[]) =>
    internal.server.request('POST', DELETE, { body: policiesBody(...policies) });
  const mark = () => internal.client.get('policies_last_updated');

  beforeAll(async () => {
    nats = await startTestNats();
    internal = await startInternalServer(nats, await databases.fresh());
    expect(await mark()).toBe('1000000000000000000');
    await create(wirePolicy('a1', 'a2', 1, 2), wirePolicy('a2', 'a3'));
    await create(wirePolicy('<web>', 'ünï "'));
  }, 90_000);
  afterAll(async () => {
    await internal?.stop();
    await nats?.stop();
  });

  describe('lists policies with tags', () => {
    it.each<[string, string]>([
      ['', listOf(A1_A2, A2_A3, ODD)],
      ['?', listOf(A1_A2, A2_A3, ODD)],
      ['?id=a1', listOf(A1_A2)],
      ['?id=a2', listOf(A1_A2, A2_A3)],
      ['?id=a3', listOf(A2_A3)],
      ['?id=a1,a3', listOf(A1_A2, A2_A3)],
      ['?id=a1%2Ca3', listOf(A1_A2, A2_A3)],
      ['?id=a1,a1', listOf(A1_A2)],
      ['?id=', listOf()],
      ['?id', listOf()],
      ['?id=,', listOf()],
      ['?id=,a1', listOf(A1_A2)],
      ['?id=a1&id=a3', listOf(A1_A2)],
      ['?id=&id=a1', listOf()],
      ['?id=A1', listOf()],
      ['?id=nobody', listOf()],
      ['?id=%3Cweb%3E', listOf(ODD)],
      ['?id=%C3%BCn%C3%AF%20%22', listOf(ODD)],
      ['?id=%C3%BCn%C3%AF+%22', listOf(ODD)],
      ['?ID=a1', listOf(A1_A2, A2_A3, ODD)],
      ['?source_id=a1', listOf(A1_A2, A2_A3, ODD)],
      ['?dest_id=a1', listOf(A1_A2, A2_A3, ODD)],
      ['?other=a1', listOf(A1_A2, A2_A3, ODD)],
      ["?id=a1'%20OR%201=1--", listOf()],
    ])('GET policies%s', async (query, body) =>
      expect(await ask('GET', `${BASE}/policies${query}`)).toMatchObject({ status: 200, body }),
    );

    it.each(['v1', 'v0', 'v99', 'V1', '', 'v1.1', '%22'])('in version "%s", which is not looked at', async (version) =>
      expect(await ask('GET', `/networking/${version}/internal/policies?id=a1`)).toMatchObject({
        status: 200,
        body: listOf(A1_A2),
      }),
    );

    it('for a cell with a thousand apps, named in one URL', async () => {
      const apps = Array.from({ length: 1000 }, (_, i) => `00000000-0000-0000-0000-${String(i).padStart(12, '0')}`);
      expect(await ask('GET', `${BASE}/policies?id=${apps.join(',')},a1`)).toMatchObject({
        status: 200,
        body: listOf(A1_A2),
      });
    });
  });

  describe('answers what it has no route for', () => {
    it.each<[string, string, number, string | undefined]>([
      ['GET', '/', 404, undefined],
      ['GET', '/health', 404, undefined],
      ['GET', '/networking', 404, undefined],
      ['GET', `${BASE}`, 404, undefined],
      ['GET', `${BASE}/policies/`, 404, undefined],
      ['GET', `${BASE}/Policies`, 404, undefined],
      ['GET', '/networking/v1/x/internal/policies', 404, undefined],
      ['GET', '/networking/v1/external/policies', 404, undefined],
      ['GET', '/api/v1/changes', 404, undefined],
      ['PUT', '/networking/v0/internal/tags', 404, undefined],
      ['PUT', '/networking/v2/internal/tags', 404, undefined],
      ['GET', `${BASE}/tags`, 405, 'PUT'],
      ['POST', `${BASE}/tags`, 405, 'PUT'],
      ['POST', `${BASE}/policies`, 405, 'GET'],
      ['HEAD', `${BASE}/policies`, 405, 'GET'],
      ['OPTIONS', `${BASE}/policies`, 405, 'GET'],
      ['DELETE', `${BASE}/policies_last_updated`, 405, 'GET'],
      ['PUT', `${BASE}/security_groups`, 405, 'GET'],
      ['POST', `${BASE}/security_groups_last_updated`, 405, 'GET'],
    ])('%s %s with %i', async (method, path, status, allow) => {
      const answer = await ask(method, path);
      const body = method === 'HEAD' ? '' : status === 404 ? '404 page not found\n' : 'Method Not Allowed\n';
      expect(answer).toMatchObject({ status, body });
      expect(answer.headers.allow).toBe(allow);
      expect(answer.headers).toMatchObject({ 'content-type': TEXT, 'x-content-type-options': 'nosniff' });
      expect(Object.keys(answer.headers)).not.toContain('x-vcap-request-id');
      expect(Object.keys(answer.headers)).not.toContain('strict-transport-security');
    });
  });

  describe('sends headers', () => {
    it.each(['policies', 'policies_last_updated', 'security_groups', 'security_groups_last_updated', 'healthcheck'])(
      'with %s',
      async (what) => {
        const { headers } = await ask('GET', `${BASE}/${what}`);
        expect(headers).toMatchObject({ 'content-type': TEXT, 'strict-transport-security': 'max-age=31536000' });
        expect(headers['x-vcap-request-id']).toMatch(/^[0-9a-f-]{36}$/);
        for (const absent of ['x-frame-options', 'x-xss-protection', 'content-security-policy', 'x-powered-by'])
          expect(Object.keys(headers)).not.toContain(absent);
      },
    );

    it('that carry on the id of a request', async () => {
      const { headers } = await ask('GET', `${BASE}/policies`, undefined, { 'X-VCAP-Request-ID': 'given' });
      expect(headers['x-vcap-request-id']).toMatch(/^given::[0-9a-f-]{36}$/);
    });
  });

  it('is healthy', async () =>
    expect(await ask('GET', `${BASE}/healthcheck`)).toMatchObject({ status: 200, body: '{"healthcheck":true}' }));

  describe('tells of its health on a port of its own', () => {
    const askHealth = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(internal.server.internalHealthUrl + path, init);
      const names = [...response.headers.keys()].filter((name) => !TRANSPORT.includes(name));
      return { status: response.status, body: await response.text(), names, headers: response.headers };
    };
    const TRANSPORT = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'];

    it('which only this machine reaches', () =>
      expect(new URL(internal.server.internalHealthUrl)).toMatchObject({ protocol: 'http:', hostname: '127.0.0.1' }));

    it('with the time it has been up', async () => {
      const { status, body, names, headers } = await askHealth('/');
      expect([status, names]).toEqual([200, ['x-vcap-request-id']]);
      expect(body).toMatch(/^Network policy server, up for [\d.]+(ms|µs|s|m[\d.]+s)\n$/);
      expect(headers.get('content-type')).toBe(TEXT);
    });

    it('with nothing while it can do its work', async () => {
      const { headers, ...answer } = await askHealth('/health', { headers: { 'X-Vcap-Request-Id': 'given' } });
      expect(answer).toEqual({ status: 200, body: '', names: ['x-vcap-request-id'] });
      expect(headers.get('x-vcap-request-id')).toMatch(/^given::[0-9a-f-]{36}$/);
    });

    it.each([
      ['GET', '/networking/v1/internal/policies', 404],
      ['GET', '/health/', 404],
      ['POST', '/health', 405],
      ['HEAD', '/', 405],
    ])('%s %s with %i', async (method, path, status) =>
      expect(await askHealth(path, { method })).toMatchObject({ status, names: status === 405 ? ['allow'] : [] }),
    );

    it('with an error while its log is away', async () => {
      await nats.kill();
      expect(await askHealth('/health')).toMatchObject({ status: 500, body: '{"error": "check database failed"}' });
      await nats.restart();
      await until(async () => (await askHealth('/health')).status === 200);
    }, 60_000);
  });

  describe('has a mark of the last update', () => {
    afterEach(() => remove(wirePolicy('m1', 'm2'), wirePolicy('m1', 'm3')));

    it('that is a bare integer of 19 digits, in nanoseconds', async () => {
      const now = BigInt(Date.now()) * 1_000_000n;
      await create(wirePolicy('m1', 'm2'));
      const { body } = await ask('GET', `${BASE}/policies_last_updated`);
      expect(body).toMatch(/^\d{16}000$/);
      expect(BigInt(body)).toBeGreaterThanOrEqual(now - 1_000_000n);
      expect(BigInt(body)).toBeLessThan(now + 60_000_000_000n);
    });

    it.each<[string, () => Promise<{ status: number }>, boolean]>([
      ['creates a policy', () => create(wirePolicy('m1', 'm2')), true],
      ['creates one that exists', () => create(wirePolicy('a1', 'a2', 1, 2)), true],
      ['deletes one', () => remove(wirePolicy('a2', 'a3')).then(() => create(wirePolicy('a2', 'a3'))), true],
      ['deletes one that does not exist', () => remove(wirePolicy('m1', 'm9')), true],
      ['sends an invalid policy', () => create(wirePolicy('', 'm2')), false],
      ['sends no policy', () => create(), false],
      ['lists policies', () => internal.server.request('GET', POLICIES), false],
      ['lists policies as a cell', () => ask('GET', `${BASE}/policies`), false],
      ['wants a tag', () => ask('PUT', `${BASE}/tags`, '{"id":"mark","type":"router"}'), false],
      ['is refused an app that is a router', () => create(wirePolicy('mark', 'm2')), false],
    ])('when somebody %s', async (_, request, moves) => {
      const before = BigInt(await mark());
      await request();
      const after = BigInt(await mark());
      if (moves) expect(after).toBeGreaterThan(before);
      else expect(after).toBe(before);
    });

    it('that grows with each write of four writers', async () => {
      const write = async (writer: number) => {
        for (let round = 0; round < 25; round++) {
          const before = BigInt(await mark());
          await (round % 2 ? create : remove)(wirePolicy('m1', 'm3', 1 + writer));
          expect(BigInt(await mark())).toBeGreaterThan(before);
        }
      };
      await Promise.all([1, 2, 3, 4].map(write));
    });
  });

  describe('gives tags', () => {
    const put = (body: string) => ask('PUT', `${BASE}/tags`, body);

    it.each<[string, RegExp]>([
      ['{"id":"INGRESS_ROUTER","type":"router"}', /^\{"id":"INGRESS_ROUTER","tag":"[0-9A-F]{4}","type":"router"\}$/],
      ['{"ID":"INGRESS_ROUTER","Type":"router"}', /^\{"id":"INGRESS_ROUTER","tag":"[0-9A-F]{4}","type":"router"\}$/],
      ['{"id":"x","ID":"INGRESS_ROUTER","type":"router"}', /^\{"id":"INGRESS_ROUTER",/],
      ['{"id":"a1","type":"app"}', /^\{"id":"a1","tag":"0001","type":"app"\}$/],
      ['{"id":"new app","type":"app"}', /^\{"id":"new app","tag":"[0-9A-F]{4}","type":"app"\}$/],
      ['{"id":"<r>","type":"router"}', /^\{"id":"\\u003cr\\u003e","tag"/],
      ['{}', /^\{"id":"","tag":"[0-9A-F]{4}","type":""\}$/],
      ['null', /^\{"id":"","tag":"[0-9A-F]{4}","type":""\}$/],
      ['{"id":null,"type":null}', /^\{"id":"","tag":"[0-9A-F]{4}","type":""\}$/],
      ['{"id":"only an id"}', /^\{"id":"only an id","tag":"[0-9A-F]{4}","type":""\}$/],
      ['{"type":"router","id":"r2","more":[1]}', /^\{"id":"r2","tag":"[0-9A-F]{4}","type":"router"\}$/],
    ])('for %s, the same each time', async (body, wanted) => {
      const first = await put(body);
      expect(first.status).toBe(200);
      expect(first.body).toMatch(wanted);
      expect((await put(body)).body).toBe(first.body);
    });

    it.each([
      '',
      '{',
      'no json',
      '[]',
      '"id"',
      '7',
      '{"id":7}',
      '{"id":"x","type":{}}',
      `{"id":"${'x'.repeat(70_000)}"}`,
    ])('but not for %.20s', async (body) =>
      expect(await put(body)).toMatchObject({ status: 400, body: '{"error": "failed parsing request body"}' }),
    );

    it.each([
      ['INGRESS_ROUTER', 'app'],
      ['INGRESS_ROUTER', ''],
      ['INGRESS_ROUTER', 'Router'],
      ['a1', 'router'],
    ])('but not %s as type "%s", which has one of another type', async (id, type) =>
      expect(await put(JSON.stringify({ id, type }))).toMatchObject({
        status: 500,
        body: '{"error": "database create failed"}',
      }),
    );

    it('that no policy can use', async () => {
      for (const policy of [wirePolicy('INGRESS_ROUTER', 'a1'), wirePolicy('a1', 'INGRESS_ROUTER')])
        expect(await create(policy)).toMatchObject({ status: 500, body: '{"error": "database create failed"}' });
    });

    it('that no removal of policies releases', async () => {
      const { body } = await put('{"id":"INGRESS_ROUTER","type":"router"}');
      await create(wirePolicy('t1', 't2'));
      await remove(wirePolicy('t1', 't2'), wirePolicy('INGRESS_ROUTER', 't2'));
      expect((await put('{"id":"INGRESS_ROUTER","type":"router"}')).body).toBe(body);
    });
  });

  describe('speaks TLS', () => {
    const client = (...[certificate, options]: [Awaited<ReturnType<CertificateAuthority['issue']>>?, object?]) =>
      new InternalClient(internal.server.internalUrl, internal.authority.cert, certificate, options);
    const outcome = async (asking: InternalClient) => {
      const answer = await asking
        .ask('GET', `${BASE}/healthcheck`)
        .catch(({ code, message }: NodeJS.ErrnoException) => `${code} ${message}`);
      asking.close();
      return typeof answer === 'string' ? answer : answer.status;
    };

    it('to certificates of its authority, whatever their names', async () =>
      expect(await outcome(client(await internal.authority.issue('anybody')))).toBe(200));

    it('not without a certificate', async () =>
      expect(await outcome(client())).toMatch(/certificate required|^ECONNRESET|^EPIPE/));

    it('not to a certificate of another authority', async () => {
      const other = await CertificateAuthority.create();
      expect(await outcome(client(await other.issue('cell-1')))).toMatch(/unknown ca|^ECONNRESET|^EPIPE/);
      await other.remove();
    });

    it.each<[object, RegExp | number]>([
      [{ minVersion: 'TLSv1.3' }, 200],
      [{ maxVersion: 'TLSv1.2' }, 200],
      [{ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }, 200],
      [{ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' }, /handshake failure/],
      [{ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, /protocol version/],
    ])('with a client that has %j', async (options, wanted) => {
      const got = await outcome(client(await internal.authority.issue('cell-2'), options));
      if (typeof wanted === 'number') expect(got).toBe(wanted);
      else expect(got).toMatch(wanted);
    });

    it.each([`GET ${BASE}/policies HTTP/1.1\r\nHost: x\r\n\r\n`, 'nonsense\r\n'])(
      'and tells those who say %j that it does',
      async (said) => {
        const socket = connect(Number(new URL(internal.server.internalUrl).port), '127.0.0.1');
        socket.write(said);
        expect(await text(socket)).toBe(
          'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
        );
      },
    );
  });
});

describe('the internal API with other settings', () => {
  let nats: TestNats;
  beforeAll(async () => {
    nats = await startTestNats();
  });
  afterAll(() => nats?.stop());

  it('lets only those in whose names are allowed', async () => {
    const environment = { HEDDLE_INTERNAL_ALLOWED_SUBJECTS: 'cell-1, agent.cf.internal' };
    const internal = await startInternalServer(nats, { sqliteFile: 'unused' }, environment);
    const statusFor = async (...names: Parameters<CertificateAuthority['issue']>) => {
      const certificate = await internal.authority.issue(...names);
      const client = new InternalClient(internal.server.internalUrl, internal.authority.cert, certificate);
      const { status, body } = await client.ask('GET', `${BASE}/healthcheck`);
      client.close();
      return status === 200 ? status : body;
    };
    const refused = (name: string) => `{"error": "the certificate of '${name}' is not allowed here"}`;
    expect(await statusFor('cell-1')).toBe(200);
    expect(await statusFor('anything', { names: 'DNS:agent.cf.internal' })).toBe(200);
    expect(await statusFor('cell-1', { names: 'DNS:other' })).toBe(200);
    expect(await statusFor('cell-2')).toBe(refused('cell-2'));
    expect(await statusFor('cell-11')).toBe(refused('cell-11'));
    expect(await statusFor('other', { names: 'DNS:*.cf.internal' })).toBe(refused('other'));
    expect(await statusFor('other', { names: 'email:cell-1@x' })).toBe(refused('other'));
    await internal.stop();
  }, 60_000);

  it.each([
    ['1', '"tag":"01"'],
    ['3', '"tag":"000001"'],
  ])(
    'writes tags of %s bytes',
    async (HEDDLE_TAG_LENGTH, tag) => {
      const own = await startTestNats();
      const internal = await startInternalServer(own, { sqliteFile: 'unused' }, { HEDDLE_TAG_LENGTH });
      await internal.server.request('POST', POLICIES, { body: policiesBody(wirePolicy('web', 'db')) });
      expect(await internal.client.get('policies')).toContain(`{"id":"web",${tag}}`);
      await internal.stop();
      await own.stop();
    },
    60_000,
  );

  it('runs out of tags of one byte at the 256th, and takes nothing of the request', async () => {
    const own = await startTestNats();
    const internal = await startInternalServer(own, { sqliteFile: 'unused' }, { HEDDLE_TAG_LENGTH: '1' });
    const pairs = (count: number) => Array.from({ length: count }, (_, i) => wirePolicy(`s${i}`, `d${i}`));
    const create = (policies: unknown[]) =>
      internal.server.request('POST', POLICIES, { body: policiesBody(...policies) });
    expect(await create(pairs(128))).toMatchObject({ status: 500, body: '{"error": "database create failed"}' });
    expect(await internal.client.get('policies')).toBe(listOf());
    expect((await create(pairs(127))).status).toBe(200);
    expect(await internal.client.ask('PUT', `${BASE}/tags`, '{"id":"r","type":"router"}')).toMatchObject({
      status: 200,
      body: '{"id":"r","tag":"FF","type":"router"}',
    });
    expect((await internal.client.ask('PUT', `${BASE}/tags`, '{"id":"q","type":"router"}')).status).toBe(500);
    await internal.stop();
    await own.stop();
  }, 60_000);

  it('gives no tag, and says why, while the log ends before what was read of it', async () => {
    const own = await startTestNats();
    const internal = await startInternalServer(own, { sqliteFile: 'unused' });
    const reserve = (id: string) => internal.client.ask('PUT', `${BASE}/tags`, `{"id":"${id}","type":"router"}`);
    expect((await reserve('r')).status).toBe(200);
    const connection = await own.connect();
    await (await connection.jetstreamManager()).streams.delete(LOG_STREAM);
    await ensureLogStream(connection);
    const short = {
      status: 503,
      body: expect.stringContaining('the log ends at event 0, and was read up to event 1') as string,
    };
    expect(await reserve('q')).toMatchObject(short);
    const body = policiesBody(wirePolicy('web', 'db'));
    expect(await internal.server.request('POST', POLICIES, { body })).toMatchObject(short);
    await internal.stop();
    await own.stop();
  }, 60_000);
});
