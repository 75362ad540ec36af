import { LONGEST_PAUSE_MS, paced } from './paced';

async function pausesOf(timesMs: readonly number[], factor: number, afterMs?: number | null): Promise<number[]> {
  async function* entries() {
    for (const atMs of timesMs) yield { atMs };
  }
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const given = paced(entries(), { factor, afterMs, signal: new AbortController().signal, pause });
  while (!(await given.next()).done);
  return pauses;
}

it('waits between entries as long as it took, by the factor', async () => {
  expect(await pausesOf([1000, 1500, 1600], 1)).toEqual([500, 100]);
  expect(await pausesOf([1000, 1500, 1600], 50)).toEqual([10, 2]);
  expect(await pausesOf([1000, 1500], 0.5)).toEqual([1000]);
});

it('waits before the first as well where it goes on behind another', async () => {
  expect(await pausesOf([1000, 1500], 2, 900)).toEqual([50, 250]);
  expect(await pausesOf([1000, 1500], 2, null)).toEqual([250]);
});

it('waits no longer than the longest pause', async () =>
  expect(await pausesOf([0, 86_400_000, 86_400_500], 1)).toEqual([LONGEST_PAUSE_MS, 500]));

it('does not wait for what a clock that is behind has dated back, nor for it again', async () =>
  expect(await pausesOf([1000, 1200, 900, 1300], 1)).toEqual([200, 100]));

it('goes on past an entry whose time cannot be read', async () =>
  expect(await pausesOf([1000, NaN, 1200], 1)).toEqual([200]));

it('ends a pause when nobody listens any more', async () => {
  const gone = new AbortController();
  async function* entries() {
    yield { atMs: 0 };
    gone.abort(new Error('gone'));
    yield { atMs: 60_000 };
  }
  const given = paced(entries(), { factor: 1, signal: gone.signal });
  await given.next();
  await expect(given.next()).rejects.toThrow('gone');
});
