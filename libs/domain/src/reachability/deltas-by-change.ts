import type { ReachDelta } from './delta';
import { byPair, pairOf } from './edges';
import { stoodAt, type PolicySpan } from './policy-span';
import { portsAllowed, portsBeyond } from './ports';

/**
 * What each of some changes opened and closed, by its sequence; changes that did neither are left out.
 * @param spans of the pairs in question, all that stood before or behind any of the changes
 * @param first the first of the changes, and `last` the last
 */
export function deltasByChange(spans: readonly PolicySpan[], first: number, last: number): Map<number, ReachDelta[]> {
  const deltas = new Map<number, ReachDelta[]>();
  for (const between of byPair(spans, ({ policy }) => policy).values()) {
    const touching = between.flatMap(({ fromSeq, untilSeq }) => [fromSeq, untilSeq ?? Infinity]);
    const portsAt = (seq: number) =>
      portsAllowed(between.filter((span) => stoodAt(span, seq)).map(({ policy }) => policy));
    for (const seq of new Set(touching)) {
      if (seq < first || seq > last) continue;
      const [before, after] = [portsAt(seq - 1), portsAt(seq)];
      const [opens, closes] = [portsBeyond(after, before), portsBeyond(before, after)];
      if (opens.length + closes.length === 0) continue;
      const pair = pairOf((between[0] as PolicySpan).policy);
      deltas.set(seq, [...(deltas.get(seq) ?? []), { ...pair, before, after, opens, closes }]);
    }
  }
  return deltas;
}
