import { getEventListeners } from 'node:events';
import { Waiters } from './waiters';

it('tells those who wait for a position that was reached, and nobody else', async () => {
  const waiters = new Waiters();
  const told: number[] = [];
  const waits = [3, 1, 2].map((position) => waiters.until(position).then(() => told.push(position)));
  waiters.tell(2);
  await new Promise(setImmediate);
  expect(told.sort()).toEqual([1, 2]);
  expect(waiters.count).toBe(1);
  waiters.tell(9);
  await Promise.all(waits);
  expect(waiters.count).toBe(0);
});

it('leaves nothing on a signal when the position was reached, however often it is waited with the same', async () => {
  const waiters = new Waiters();
  const { signal } = new AbortController();
  for (let position = 1; position <= 20; position++) {
    const waiting = waiters.until(position, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    waiters.tell(position);
    await waiting;
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('gives up when the signal says so, and forgets who waited', async () => {
  const waiters = new Waiters();
  const over = new AbortController();
  const waiting = waiters.until(1, over.signal);
  over.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(waiters.count).toBe(0);
  await expect(waiters.until(1, over.signal)).rejects.toThrow('enough');
  expect(waiters.count).toBe(0);
});
