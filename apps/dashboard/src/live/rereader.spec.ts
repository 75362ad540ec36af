import { QueryClient, QueryObserver } from '@tanstack/react-query';
import type { Fact } from '../picture/facts';
import { change, receipt } from '../picture/samples';
import { Rereader } from './rereader';

const receiptOf = (cell: string, seq: number): Fact => ({ type: 'receipt-came', receipt: receipt(cell, seq) });

/** A client with some queries on the screen, and how often each was read. */
function onScreen(answers: Record<string, unknown>) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const reads: Record<string, number> = {};
  for (const [name, answer] of Object.entries(answers)) {
    const [kind, seq] = name.split(' ');
    const queryFn = async () => {
      reads[name] = (reads[name] ?? 0) + 1;
      return answer;
    };
    new QueryObserver(queries, { queryKey: seq ? [kind, Number(seq)] : [kind], queryFn }).subscribe(() => undefined);
  }
  return { rereader: new Rereader(queries), reads, queries };
}

describe('what is read again', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is the enforcement of a change, once for receipts that come together', async () => {
    const { rereader, reads, queries } = onScreen({
      'enforcement 1': { state: 'pending' },
      'enforcement 2': { state: 'pending' },
    });
    await jest.advanceTimersByTimeAsync(10);
    rereader.hear(receiptOf('cell-1', 2));
    rereader.hear(receiptOf('cell-2', 2));
    await jest.advanceTimersByTimeAsync(100);
    expect(reads).toEqual({ 'enforcement 1': 1, 'enforcement 2': 2 });
    rereader.hear(receiptOf('cell-3', 1));
    await jest.advanceTimersByTimeAsync(100);
    expect(reads).toEqual({ 'enforcement 1': 2, 'enforcement 2': 2 });
    queries.clear();
  });

  it('is everything still pending when the stream is back', async () => {
    const { rereader, reads, queries } = onScreen({
      'enforcement 1': { state: 'in-force' },
      'enforcement 2': { state: 'pending' },
    });
    await jest.advanceTimersByTimeAsync(10);
    rereader.hear({ type: 'stream-opened', resumed: true });
    await jest.advanceTimersByTimeAsync(100);
    expect(reads).toEqual({ 'enforcement 1': 1, 'enforcement 2': 2 });
    queries.clear();
  });

  it('are the cells some time after a change, when one that waits shows', async () => {
    const { rereader, reads, queries } = onScreen({ cells: null });
    await jest.advanceTimersByTimeAsync(10);
    for (const seq of [1, 2, 3]) rereader.hear({ type: 'changed', change: change(seq) });
    await jest.advanceTimersByTimeAsync(300);
    expect(reads).toEqual({ cells: 1 });
    await jest.advanceTimersByTimeAsync(200);
    expect(reads).toEqual({ cells: 2 });
    queries.clear();
  });

  it('is nothing after the end', async () => {
    const { rereader, reads, queries } = onScreen({ cells: null, 'enforcement 1': { state: 'pending' } });
    await jest.advanceTimersByTimeAsync(10);
    rereader.hear({ type: 'changed', change: change(1) });
    rereader.hear(receiptOf('cell-1', 1));
    rereader.close();
    await jest.advanceTimersByTimeAsync(1000);
    expect(reads).toEqual({ cells: 1, 'enforcement 1': 1 });
    queries.clear();
  });
});
