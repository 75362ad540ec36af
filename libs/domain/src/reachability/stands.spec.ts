import type { PolicySpan } from './policy-span';
import { standsAt } from './stands';

const policy = (start: number) => ({ source: 'a', destination: 'b', protocol: 'tcp', start, end: start }) as const;
const span = (start: number, fromSeq: number, untilSeq: number | null): PolicySpan => ({
  ...{ policy: policy(start), fromSeq, untilSeq },
});

it('is the one that covers the change, or the last one before it', () => {
  const spans = [span(80, 1, 4), span(80, 6, 8), span(81, 2, 3)];
  const at = (seq: number) =>
    standsAt(spans, seq).map(({ policy: { start }, fromSeq, untilSeq }) => [start, fromSeq, untilSeq]);
  expect(at(1)).toEqual([[80, 1, 4]]);
  expect(at(5)).toEqual([
    [80, 1, 4],
    [81, 2, 3],
  ]);
  expect(at(9)).toEqual([
    [80, 6, 8],
    [81, 2, 3],
  ]);
  expect(standsAt(spans, 0)).toEqual([]);
});

it('goes on where the end of a policy was moved', () =>
  expect(standsAt([span(80, 7, null), span(80, 2, 5), span(80, 5, 7)], 9)).toEqual([
    { policy: policy(80), fromSeq: 2, untilSeq: null },
  ]));
