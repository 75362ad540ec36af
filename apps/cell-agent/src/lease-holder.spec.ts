import { setTimeout as delay } from 'node:timers/promises';
import { LeaseRefused, type LeaseGrant } from '@heddle/cell-protocol';
import { FatalError } from '@heddle/platform';
import { until } from '@heddle/testing';
import { acquireLease, keepLease, networkOf } from './lease-holder';
import { silent } from './testing/samples';

const incarnation = '0d9a0c2e-6a3f-4a52-9c58-1f9f1a5f0001';
const lease = {
  ...{ cell: 'cell-1', incarnation, incarnationNumber: 1, underlayAddress: '10.0.0.1' },
  ...{ overlaySubnet: '10.255.1.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:01:00' },
};
const grant: LeaseGrant = { lease, overlayNetworks: ['10.254.0.0/16', '10.255.0.0/16'] };
const request = { cell: 'cell-1', incarnation, underlayAddress: '10.0.0.1' };

/** A control plane that answers each question with the next of these; with the last one for ever. */
function answering<T>(...answers: (T | Error)[]) {
  const asked: unknown[] = [];
  const answer = async (question: unknown): Promise<T> => {
    asked.push(question);
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next instanceof Error) throw next;
    return next as T;
  };
  return { asked, answer };
}

describe('a cell gets its lease', () => {
  const acquire = (answer: (question: unknown) => Promise<LeaseGrant>, signal = new AbortController().signal) =>
    acquireLease({ acquire: answer }, request, silent, signal);

  it('when it asks', async () => {
    const { asked, answer } = answering(grant);
    expect(await acquire(answer)).toEqual(grant);
    expect(asked).toEqual([request]);
  });

  it('however long the control plane is away, or cannot answer', async () => {
    const { asked, answer } = answering<LeaseGrant>(
      new Error('TIMEOUT'),
      new LeaseRefused('unavailable', 'try again'),
      grant,
    );
    expect(await acquire(answer)).toEqual(grant);
    expect(asked).toHaveLength(3);
  });

  it('not at all when it is refused: the agent stops, with the reason', async () => {
    const { asked, answer } = answering<LeaseGrant>(
      new LeaseRefused('no-lease-available', 'all 255 subnets are leased'),
    );
    const acquiring = acquire(answer);
    await expect(acquiring).rejects.toBeInstanceOf(FatalError);
    await expect(acquiring).rejects.toThrow('all 255 subnets are leased');
    expect(asked).toHaveLength(1);
  });

  it('no more when it is told to stop meanwhile', async () => {
    const stop = new AbortController();
    const { asked, answer } = answering<LeaseGrant>(new Error('TIMEOUT'));
    const acquiring = acquire(answer, stop.signal);
    const ended = acquiring.catch((error: unknown) => error);
    await until(() => asked.length === 2);
    stop.abort(new Error('stopped'));
    expect(await ended).toEqual(new Error('stopped'));
  });
});

describe('the network of a lease', () => {
  it('is the one it is cut from', () => expect(networkOf(grant)).toBe('10.255.0.0/16'));
  it('is the first, where it is cut from none of them', () =>
    expect(networkOf({ ...grant, overlayNetworks: ['10.1.0.0/16', '10.2.0.0/16'] })).toBe('10.1.0.0/16'));
});

describe('a cell keeps its lease', () => {
  it('by saying at once and at each interval that it uses it, also after that failed, until it is told to stop', async () => {
    const stop = new AbortController();
    const said: unknown[] = [];
    const renew = (held: unknown): void => {
      said.push(held);
      if (said.length === 1) throw new Error('the connection is closed');
    };
    const keeping = keepLease({ renew }, lease, 20, silent, stop.signal);
    expect(said).toEqual([lease]);
    await until(() => said.length === 4);
    stop.abort();
    await keeping;
    await delay(60);
    expect(said).toEqual([lease, lease, lease, lease]);
  });

  it('stops at once, however long the interval', async () => {
    const stop = new AbortController();
    const keeping = keepLease({ renew: () => {} }, lease, 60_000, silent, stop.signal);
    stop.abort();
    await keeping;
  });
});
