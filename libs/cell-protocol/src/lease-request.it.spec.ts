import { startTestNats, type TestNats } from '@heddle/testing';
import type { NatsConnection, Subscription } from 'nats';
import { acquireRequest, LeaseClient, LeaseRefused, type LeaseGrant } from './lease-request';

const incarnation = '0d9a0c2e-6a3f-4a52-9c58-1f9f1a5f0001';
const grant: LeaseGrant = {
  lease: {
    ...{ cell: 'cell-1', incarnation, incarnationNumber: 1 },
    underlayAddress: '10.0.0.1',
    overlaySubnet: '10.255.1.0/24',
    overlayHardwareAddress: 'ee:ee:0a:ff:01:00',
  },
  overlayNetworks: ['10.255.0.0/16', '10.254.0.0/16'],
};
const request = { cell: 'cell-1', incarnation, underlayAddress: '10.0.0.1' };
const own = { cell: 'cell-1', incarnation };

describe('a cell that asks for its lease', () => {
  let nats: TestNats;
  let control: NatsConnection;
  let client: LeaseClient;
  let answering: Subscription | undefined;
  beforeAll(async () => {
    nats = await startTestNats();
    control = await nats.connect('control');
    client = new LeaseClient(await nats.connect('cell'), 300);
  });
  afterEach(async () => {
    answering?.unsubscribe();
    // The server forgets the subscription before the next test asks: another connection's requests overtake it otherwise.
    await control.flush();
  });
  afterAll(() => nats.stop());

  /** Answers every request with this text, or not at all; gives the requests, as they come. */
  async function answer(text: string | undefined): Promise<unknown[]> {
    const requests: unknown[] = [];
    answering = control.subscribe('heddle.lease.*', {
      callback: (_, message) => {
        requests.push([message.subject, message.json()]);
        if (text !== undefined) message.respond(text);
      },
    });
    await control.flush();
    return requests;
  }
  const envelope = (response: unknown) => JSON.stringify({ response, isDisposed: true, id: 'x' });
  const refusal = (code: string) =>
    JSON.stringify({ err: { code, message: `no: ${code}` }, isDisposed: true, id: 'x' });

  it('gets it, with the networks of the overlay', async () => {
    const requests = await answer(envelope(grant));
    expect(await client.acquire(request)).toEqual(grant);
    const id = expect.any(String) as string;
    expect(requests).toEqual([['heddle.lease.acquire', { id, pattern: 'heddle.lease.acquire', data: request }]]);
  });

  it('says what it remembers, and whether one address is enough', async () => {
    const { overlaySubnet, overlayHardwareAddress } = grant.lease;
    const wanted = { ...request, singleAddress: true, held: { overlaySubnet, overlayHardwareAddress } };
    const requests = await answer(envelope(grant));
    await client.acquire(wanted);
    expect(requests).toMatchObject([['heddle.lease.acquire', { data: wanted }]]);
    expect(acquireRequest.parse(wanted)).toEqual(wanted);
  });

  it('gives it back as the one it is', async () => {
    const requests = await answer(envelope({}));
    await client.release(own);
    expect(requests).toMatchObject([['heddle.lease.release', { data: own }]]);
  });

  it.each([
    ['acquire', () => client.acquire(request)],
    ['release', () => client.release(own)],
  ])('is told why when it is refused: %s', async (_, ask) => {
    await answer(refusal('lease-mismatch'));
    const asking = ask();
    await expect(asking).rejects.toBeInstanceOf(LeaseRefused);
    await expect(asking).rejects.toMatchObject({ code: 'lease-mismatch', message: 'no: lease-mismatch' });
  });

  it('does not wait for ever for an answer', async () => {
    await answer(undefined);
    const before = performance.now();
    await expect(client.acquire(request)).rejects.toThrow('TIMEOUT');
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it('knows at once that nobody is there to ask', () => expect(client.acquire(request)).rejects.toThrow('503'));

  it.each([
    '',
    'no JSON',
    '{}',
    '[]',
    '{"err":"why"}',
    envelope(undefined),
    envelope({ lease: grant.lease }),
    envelope({ ...grant, overlayNetworks: ['10.255.0.0'] }),
    envelope({ ...grant, overlayNetworks: [] }),
    envelope({ ...grant, lease: { ...grant.lease, overlaySubnet: '10.255.1.1/24' } }),
    envelope({ ...grant, lease: { ...grant.lease, incarnation: 'again' } }),
    envelope({ ...grant, lease: { ...grant.lease, overlaySubnet: '10.255.1.0/33' } }),
    envelope({ ...grant, lease: { ...grant.lease, overlayHardwareAddress: 'ee' } }),
    envelope({ ...grant, lease: { ...grant.lease, cell: '' } }),
  ])('takes no lease from an answer that is none: %s', async (text) => {
    await answer(text);
    const asking = client.acquire(request);
    await expect(asking).rejects.toThrow();
    await expect(asking).rejects.not.toBeInstanceOf(LeaseRefused);
  });
});
