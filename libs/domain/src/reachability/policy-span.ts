import type { Policy } from '../policy';

/** A policy, and the changes between which it stood as it was. One that was removed and added again has two spans, and one whose end moved. */
export interface PolicySpan {
  readonly policy: Policy;
  /** The change that added it, or moved its end. */
  readonly fromSeq: number;
  /** The change that removed it or moved its end; `null` while it stands. */
  readonly untilSeq: number | null;
  /** When it closes by itself, in epoch milliseconds; left out when it does not. */
  readonly expiresAtMs?: number;
}

/** Whether the policy stood after a change. */
export function stoodAt({ fromSeq, untilSeq }: PolicySpan, seq: number): boolean {
  return fromSeq <= seq && (untilSeq === null || untilSeq > seq);
}
