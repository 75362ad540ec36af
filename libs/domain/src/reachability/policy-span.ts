import type { Policy } from '../policy';

/** A policy, and the changes between which it stood. One that was removed and added again has two spans. */
export interface PolicySpan {
  readonly policy: Policy;
  /** The change that added it. */
  readonly fromSeq: number;
  /** The change that removed it; `null` while it stands. */
  readonly untilSeq: number | null;
}

/** Whether the policy stood after a change. */
export function stoodAt({ fromSeq, untilSeq }: PolicySpan, seq: number): boolean {
  return fromSeq <= seq && (untilSeq === null || untilSeq > seq);
}
