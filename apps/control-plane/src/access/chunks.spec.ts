import { setTimeout as delay } from 'node:timers/promises';
import { chunksOfGuids, inParallel } from './chunks';

const BOUNDS = { atOnce: 2, withinMs: 1_000 };

describe('chunks of GUIDs', () => {
  it('have at most 100', () => {
    const guids = Array.from({ length: 250 }, (_, i) => `app-${i}`);
    const chunks = chunksOfGuids(guids);
    expect(chunks.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(chunks.flat()).toEqual(guids);
  });

  it('fit a request line', () => {
    const guids = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(255, 'x'));
    const chunks = chunksOfGuids(guids);
    expect(chunks.flat()).toEqual(guids);
    for (const chunk of chunks) expect(encodeURIComponent(chunk.join(',')).length).toBeLessThanOrEqual(6_000);
  });

  it.each(['a,b', '', 'a b', 'ä', 'a/b', '\0', '\ud800', 'x'.repeat(256)])('leave out %j', (name) =>
    expect(chunksOfGuids(['a', name, 'b'])).toEqual([['a', 'b']]),
  );

  it('are none of nothing', () => expect(chunksOfGuids([])).toEqual([]));
});

describe('work in parallel', () => {
  it('does everything, and not too much at once', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await inParallel([1, 2, 3, 4, 5], BOUNDS, async (item) => {
      most = Math.max(most, ++running);
      await delay(2);
      running--;
      done.push(item);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure, and ends what is under way', async () => {
    const begun: number[] = [];
    let ended: unknown;
    const work = inParallel([1, 2, 3, 4], BOUNDS, async (item, signal) => {
      begun.push(item);
      if (item === 2) throw new Error('two');
      await delay(500, undefined, { signal }).catch(() => (ended = signal.reason));
    });
    await expect(work).rejects.toThrow('two');
    await delay(5);
    expect(begun).toEqual([1, 2]);
    expect(ended).toEqual(new Error('two'));
  });

  it('ends when the time is over', () =>
    expect(
      inParallel([1], { atOnce: 1, withinMs: 10 }, async (_, signal) => {
        await delay(1_000, undefined, { signal }).catch(() => {});
        signal.throwIfAborted();
      }),
    ).rejects.toMatchObject({ name: 'TimeoutError' }));
});
