import type { KeptRefusal } from '@heddle/event-log';
import type { Change } from '@heddle/read-model';
import fc from 'fast-check';
import { trailOf, type TrailEntry } from './trail';

/** Entries with these times, in this order. */
async function* at<T>(times: readonly number[]): AsyncGenerator<T> {
  for (const [i, ms] of times.entries()) {
    await Promise.resolve();
    yield { seq: times.length - i, time: new Date(ms).toISOString() } as T;
  }
}
const trail = async (changes: readonly number[], refusals: readonly number[]): Promise<TrailEntry[]> => {
  const entries: TrailEntry[] = [];
  for await (const entry of trailOf(at<Change>(changes), at<KeptRefusal>(refusals))) entries.push(entry);
  return entries;
};
const named = (entries: TrailEntry[]) => entries.map(({ kind, seq }) => `${kind} ${seq}`);

it('is in one line, the newest first, and of equal times the change', async () => {
  expect(named(await trail([30, 20], [25, 20, 10]))).toEqual([
    'change 2',
    'refused 3',
    'change 1',
    'refused 2',
    'refused 1',
  ]);
});

it('has every change and every refusal once, each in its own order, however their clocks go', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(99), { maxLength: 9 }), fc.array(fc.nat(99), { maxLength: 9 }), async (a, b) => {
      const entries = await trail(a, b);
      const seqs = (wanted: string) => entries.filter(({ kind }) => kind === wanted).map(({ seq }) => seq);
      expect(seqs('change')).toEqual(a.map((_, i) => a.length - i));
      expect(seqs('refused')).toEqual(b.map((_, i) => b.length - i));
    }),
  ));
