import { AtOnce } from './at-once';

it('lets so many in, in the order they came, and goes on after a failure', async () => {
  const gate = new AtOnce(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const works = [0, 1, 2, 3].map((n) =>
    gate.take(async () => {
      begun.push(n);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (n === 0) throw new Error('failed');
    }),
  );
  const first = expect(works[0]).rejects.toThrow('failed');
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1]);
  ends[0]?.();
  await first;
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1, 2]);
  ends[1]?.();
  ends[2]?.();
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[3]?.();
  await Promise.all(works.slice(1));
  await gate.take(async () => void begun.push(4));
  expect(begun).toHaveLength(5);
});
