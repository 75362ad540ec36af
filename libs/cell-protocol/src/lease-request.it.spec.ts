import { startTestNats, type TestNats } from '@heddle/testing';
import type { NatsConnection, Subscription } from 'nats';
import { LeaseClient, LeaseRefused, type LeaseGrant } from './lease-request';

const grant: LeaseGrant = {
  lease: {
    cell: 'cell-1',
    underlayAddress: '10.0.0.1',
    overlaySubnet: '10.255.1.0/24',
    overlayHardwareAddress: 'ee:ee:0a:ff:01:00',
  },
  overlayNetwork: '10.255.0.0/16',
};
const request = { cell: 'cell-1', underlayAddress: '10.0.0.1' };

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
  afterEach(() => answering?.unsubscribe());
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

  it('gets it, with the network it is cut from', async () => {
    const requests = await answer(envelope(grant));
    expect(await client.acquire(request)).toEqual(grant);
    const id = expect.any(String) as string;
    expect(requests).toEqual([['heddle.lease.acquire', { id, pattern: 'heddle.lease.acquire', data: request }]]);
  });

  it('renews it as it holds it, and gives it back by its name', async () => {
    const requests = await answer(envelope({}));
    await client.renew(grant.lease);
    await client.release('cell-1');
    expect(requests).toMatchObject([
      ['heddle.lease.renew', { data: grant.lease }],
      ['heddle.lease.release', { data: { cell: 'cell-1' } }],
    ]);
  });

  it.each([
    ['acquire', () => client.acquire(request)],
    ['renew', () => client.renew(grant.lease)],
    ['release', () => client.release('cell-1')],
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
    expect(performance.now() - before).toBeLessThan(1_000);
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
    envelope({ ...grant, overlayNetwork: '10.255.0.0' }),
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
