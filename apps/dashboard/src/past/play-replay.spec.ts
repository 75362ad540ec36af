import type { Fact } from '../picture/facts';
import { playReplay } from './play-replay';

const body = (...events: [string, object][]): ReadableStream<Uint8Array> => {
  const text = events.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('');
  return new Blob([text]).stream();
};
const receipt = { cell: 'cell-1', enforcedUpTo: 1, changes: [1], enforcedAt: '2026-07-03T12:00:00.000Z' };
const told = async (given: ReadableStream<Uint8Array>) => {
  const facts: Fact[] = [];
  await playReplay(given, (fact) => facts.push(fact));
  return facts;
};

it('tells what is shown again as the live stream would, and ends with it', async () =>
  expect(
    await told(
      body(
        ['hello', {}],
        ['receipt', { ...receipt, at: '2026-07-03T12:00:00.000Z' }],
        ['placement', { cell: 'cell-1', containers: [] }],
        ['enforcement', {}],
        ['end', {}],
        ['receipt', receipt],
      ),
    ),
  ).toEqual([
    { type: 'receipt-came', receipt },
    { type: 'placed', placement: { cell: 'cell-1', containers: [] } },
  ]));

it('fails where it is broken off', () =>
  expect(told(body(['receipt', receipt]))).rejects.toThrow('broke the replay off'));
