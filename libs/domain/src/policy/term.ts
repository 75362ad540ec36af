import type { PersistentMap } from '../persistent-map';
import { policyKey, type Policy } from './policy';

/** Until when a policy stands. */
export interface PolicyTerm {
  readonly policy: Policy;
  /** Epoch milliseconds from which it is over; `null` for one that stands until somebody removes it. */
  readonly expiresAtMs: number | null;
}

/** A policy that stands and closes by itself. */
export interface TimeBox extends PolicyTerm {
  readonly expiresAtMs: number;
}

/** The policies that close by themselves, by {@link policyKey}; the others of a book have no end. */
export type TimeBoxes = PersistentMap<TimeBox>;

/** When a policy that stands closes by itself, in epoch milliseconds; `null` if it does not. */
export function endOf(boxes: TimeBoxes, policy: Policy): number | null {
  return boxes.size === 0 ? null : (boxes.get(policyKey(policy))?.expiresAtMs ?? null);
}

/** Whether one end lies behind another; none is behind all. */
export function isLater(end: number | null, than: number | null): boolean {
  return than !== null && (end === null || end > than);
}

/** The same end for some policies. */
export function termsUntil(expiresAtMs: number | null, policies: readonly Policy[]): PolicyTerm[] {
  return policies.map((policy) => ({ policy, expiresAtMs }));
}

/** Ends as an event has them: not at all, where there are none. */
export function withTerms(terms: readonly PolicyTerm[]): { readonly terms?: readonly PolicyTerm[] } {
  return terms.length === 0 ? {} : { terms };
}

/** The boxes after policies went and ends moved. Where nothing closes by itself it costs nothing. */
export function boxesAfter(
  boxes: TimeBoxes,
  removed: readonly Policy[],
  terms: readonly PolicyTerm[] | undefined,
): TimeBoxes {
  let after = boxes;
  if (after.size > 0) for (const policy of removed) after = after.delete(policyKey(policy));
  for (const { policy, expiresAtMs } of terms ?? [])
    after =
      expiresAtMs === null ? after.delete(policyKey(policy)) : after.set(policyKey(policy), { policy, expiresAtMs });
  return after;
}
