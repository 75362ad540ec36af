import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestNats, type TestNats } from '@heddle/testing';
import { TestControlPlane } from '../../support/control-plane';
import { error, policy, V1, wireV1 } from '../row';

const run = promisify(execFile);

describe("Cloud Foundry's external API with other settings", () => {
  let nats: TestNats;
  let server: TestControlPlane;
  let directory: string;

  beforeAll(async () => {
    nats = await startTestNats();
    directory = await mkdtemp(join(tmpdir(), 'heddle-tls-'));
  }, 60_000);
  afterEach(() => server?.stop());
  afterAll(async () => {
    await nats?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const start = async (settings: Record<string, string>) => {
    server = await TestControlPlane.start(nats, undefined, undefined, settings);
  };

  it('lets every page call it when `*` is among the origins, and still names those it knows', async () => {
    await start({ HEDDLE_ALLOWED_CORS_DOMAINS: 'https://apps.example,*' });
    const allowed = async (headers: Record<string, string>) =>
      (await server.request('OPTIONS', `${V1}/tags`, { headers })).headers['access-control-allow-origin'];
    expect(await allowed({ origin: 'https://apps.example' })).toBe('https://apps.example');
    expect(await allowed({ origin: 'https://x.example' })).toBe('*');
    expect(await allowed({})).toBe('*');
  });

  it('writes tags with as many digits as they have, and has no more of them', async () => {
    await start({ HEDDLE_TAG_LENGTH: '1' });
    const create = (...policies: object[]) => server.request('POST', `${V1}/policies`, { body: { policies } });
    const pairs = Array.from({ length: 127 }, (_, i) => wireV1(policy(`s${i}`, `d${i}`)));
    expect((await create(...pairs)).status).toBe(200);
    expect((await server.request('GET', `${V1}/tags`)).body).toMatch(
      /^\{"tags":\[\{"id":"s0","tag":"01".*"tag":"FE","type":"app"\}\]\}$/,
    );
    expect(await create(wireV1(policy('one', 'two')))).toMatchObject({
      status: 500,
      body: error('database create failed'),
    });
    expect((await create(wireV1(policy('one', 's0')))).status).toBe(200);
    await server.request('POST', `${V1}/policies/delete`, {
      body: { policies: [...pairs, wireV1(policy('one', 's0'))] },
    });
  });

  it('speaks TLS, and says so to browsers', async () => {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    await run('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', cert]);
    await start({ HEDDLE_HTTP_TLS_CERT: cert, HEDDLE_HTTP_TLS_KEY: key });
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const ca = await readFile(cert);
    const get = (path: string) =>
      new Promise((resolve, reject) => {
        const sent = request(new URL(path, server.url), { ca, agent: false }, (response) => {
          response.resume();
          resolve(response.headers['strict-transport-security']);
        });
        sent.on('error', reject).end();
      });
    expect(await get('/networking')).toBe('max-age=31536000');
    expect(await get('/networking/v2/external/tags')).toBe('max-age=31536000');
    expect(await get('/nowhere')).toBeUndefined();
  });

  it('does not start with a key that is none', async () => {
    await expect(start({ HEDDLE_HTTP_TLS_CERT: '/nowhere/a', HEDDLE_HTTP_TLS_KEY: '/nowhere/b' })).rejects.toThrow(
      '/nowhere/a is not there: it was named for TLS of the HTTP API',
    );
  });

  it('tells when log or database are away, and goes on telling the uptime', async () => {
    await start({});
    expect(await server.request('GET', '/health')).toMatchObject({ status: 200, body: '' });
    await nats.kill();
    expect(await server.request('GET', '/health')).toMatchObject({ status: 500, body: error('check database failed') });
    expect((await server.request('GET', '/networking')).status).toBe(200);
    await nats.restart();
  }, 60_000);
});
