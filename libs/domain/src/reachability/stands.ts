import { policyKey } from '../policy/policy';
import type { PolicySpan } from './policy-span';

/** One time that a policy stood, however often its end was moved meanwhile: what cells enforce does not depend on that. */
export type Stand = Pick<PolicySpan, 'policy' | 'fromSeq' | 'untilSeq'>;

/**
 * The newest time that each policy stood that began at a change or before it: the one that covers it, or else the last one.
 * @param spans all of them that began so early
 */
export function standsAt(spans: readonly PolicySpan[], seq: number): Stand[] {
  const stands = new Map<string, Stand>();
  for (const { policy, fromSeq, untilSeq } of spans.toSorted((a, b) => a.fromSeq - b.fromSeq)) {
    if (fromSeq > seq) continue;
    const key = policyKey(policy);
    const before = stands.get(key);
    const goesOn = before?.untilSeq === fromSeq;
    stands.set(key, { policy, fromSeq: goesOn ? before.fromSeq : fromSeq, untilSeq });
  }
  return [...stands.values()];
}
