import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FatalError } from '@heddle/platform';
import { makeCertificate, StubService } from '@heddle/testing';
import { HttpService, ServiceFailed } from './http-service';

const routes = { empty: {}, answer: () => ({ status: 200, body: { good: true } }) };
const request = { method: 'GET', path: '/v3/apps?guids=a%2Cb', headers: {} } as const;

describe('a service over HTTP', () => {
  let stub: StubService;
  /** Waits long enough for 16 connections to open, also on a busy machine. */
  let service: HttpService;
  let impatient: HttpService;
  beforeEach(async () => {
    stub = await StubService.start(routes);
    service = new HttpService({ name: 'it', url: stub.url, timeoutMs: 3_000 });
    impatient = new HttpService({ name: 'it', url: stub.url, timeoutMs: 200 });
  });
  afterEach(async () => {
    service.close();
    impatient.close();
    await stub.stop();
  });

  it('keeps its connection', async () => {
    for (let i = 0; i < 5; i++) expect(await service.ask(request)).toEqual({ status: 200, body: '{"good":true}' });
    expect(stub.connections).toBe(1);
  });

  it('has 16 connections at most, whoever waits', async () => {
    stub.fault = 'slow';
    stub.slowMs = 20;
    const patient = new HttpService({ name: 'it', url: stub.url, timeoutMs: 20_000 });
    await Promise.all(Array.from({ length: 60 }, () => patient.ask(request)));
    patient.close();
    expect(stub.connections).toBe(16);
  });

  it('asks again when a kept connection was closed', async () => {
    for (let i = 0; i < 5; i++) {
      await service.ask(request);
      stub.dropConnections();
      expect((await service.ask(request)).status).toBe(200);
    }
  });

  it.each(['hang', 'slow'] as const)('gives up in time when the other end has fault %s', async (fault) => {
    stub.fault = fault;
    stub.slowMs = 5_000;
    const began = performance.now();
    await expect(impatient.ask(request)).rejects.toThrow(`it at ${stub.url}: gave no answer within 200 ms`);
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('counts the wait for a connection', async () => {
    stub.fault = 'hang';
    const all = await Promise.allSettled(Array.from({ length: 40 }, () => service.ask(request)));
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    // Those that had a connection, and at most a few more that got one when the first were given up.
    expect(stub.asked.length).toBeGreaterThanOrEqual(16);
    expect(stub.asked.length).toBeLessThan(24);
  });

  it('refuses at once what would only wait', async () => {
    stub.fault = 'hang';
    const waiting = Promise.allSettled(Array.from({ length: 512 }, () => service.ask(request)));
    await expect(service.ask(request)).rejects.toThrow('512 requests wait for it: try again');
    await waiting;
    stub.fault = 'none';
    expect((await service.ask(request)).status).toBe(200);
  });

  it('leaves the event loop to others while it waits', async () => {
    stub.fault = 'hang';
    const waiting = Promise.allSettled(Array.from({ length: 100 }, () => impatient.ask(request)));
    let beats = 0;
    const beat = setInterval(() => beats++, 5);
    await waiting;
    clearInterval(beat);
    // They wait for 200 ms; whoever held the loop for that long would let none through.
    expect(beats).toBeGreaterThan(4);
  });

  it('says what is wrong when nobody is there', async () => {
    await stub.stop();
    await expect(service.ask(request)).rejects.toThrow(`it at ${stub.url}: ECONNREFUSED`);
    stub = await StubService.start(routes);
  });

  it('ends what is under way when it is closed, and when the caller goes', async () => {
    stub.fault = 'hang';
    const leaving = new AbortController();
    const left = service.ask({ ...request, signal: leaving.signal });
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    const closed = service.ask(request);
    service.close();
    await expect(closed).rejects.toBeInstanceOf(ServiceFailed);
  });

  it('keeps the path of its URL', async () => {
    const below = new HttpService({ name: 'it', url: `${stub.url}/below/` });
    await below.ask(request);
    below.close();
    expect(stub.pathsSince()).toEqual(['/below/v3/apps?guids=a%2Cb']);
  });
});

describe('a service over TLS', () => {
  const certificate = makeCertificate();
  const directory = mkdtempSync(join(tmpdir(), 'heddle-ca-'));
  const fileWith = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const trusted = fileWith('trusted.pem', certificate.cert);
  const other = fileWith('other.pem', makeCertificate().cert);
  let stub: StubService;
  beforeAll(async () => {
    stub = await StubService.start(routes, certificate);
  });
  afterAll(async () => {
    await stub.stop();
    rmSync(directory, { recursive: true });
  });

  const ask = async (caFile?: string) => {
    const service = new HttpService({ name: 'it', url: stub.url, caFile });
    try {
      return await service.ask(request);
    } finally {
      service.close();
    }
  };

  it('is believed by its certificate', async () => expect((await ask(trusted)).status).toBe(200));
  it.each([
    ['another certificate', other],
    ['none', undefined],
  ])('is not believed by %s', async (_, caFile) =>
    expect(ask(caFile)).rejects.toThrow(/DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY|ERR_TLS/),
  );
  it('wants a file that is there', () =>
    expect(() => new HttpService({ name: 'it', url: stub.url, caFile: join(directory, 'none') })).toThrow(FatalError));
});
