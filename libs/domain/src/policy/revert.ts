import { policyKey, type Policy } from './policy';

/** How a policy stands: not at all, or until when (epoch milliseconds), where `null` is without an end. */
export type Standing = 'absent' | number | null;

/** A time that a policy stood as it was; what reverting needs of the past. */
export interface StandingSpan {
  readonly policy: Policy;
  readonly fromSeq: number;
  readonly untilSeq: number | null;
  readonly expiresAtMs?: number;
}

/** What undoing means for one policy. */
export interface RevertItem {
  readonly policy: Policy;
  /** How it stood before the first of the changes that are undone. */
  readonly was: Standing;
  /** How it stands now. */
  readonly is: Standing;
  /**
   * `undo`: it is to stand again as it did. `as-it-was`: it does already. `over`: it would close by itself before now, so it stays
   * closed. `conflict`: a change that is not undone came later, so it is not touched.
   */
  readonly outcome: 'undo' | 'as-it-was' | 'over' | 'conflict';
  /** The later changes of the same policy that are not among the undone ones, ascending. */
  readonly later: readonly number[];
}

/**
 * What it means for each policy to undo some changes, as if they had never been.
 * @param undone their sequences.
 * @param spans of the policies they touched, all that end behind the first of them or at it, or stand.
 */
export function revertItems(undone: ReadonlySet<number>, spans: readonly StandingSpan[], nowMs: number): RevertItem[] {
  const histories = new Map<string, StandingSpan[]>();
  for (const span of spans) {
    const key = policyKey(span.policy);
    histories.set(key, [...(histories.get(key) ?? []), span]);
  }
  return [...histories.values()].flatMap((history) => {
    const touches = history.flatMap(({ fromSeq, untilSeq }) => (untilSeq === null ? [fromSeq] : [fromSeq, untilSeq]));
    const first = Math.min(...touches.filter((seq) => undone.has(seq)));
    if (first === Infinity) return [];
    const later = [...new Set(touches.filter((seq) => seq > first && !undone.has(seq)))].sort((a, b) => a - b);
    const { policy } = history[0] as StandingSpan;
    const was = standingOf(history.find(({ untilSeq }) => untilSeq === first));
    const is = standingOf(history.find(({ untilSeq }) => untilSeq === null));
    return [{ policy, was, is, outcome: outcomeOf({ was, is, later }, nowMs), later }];
  });
}

function standingOf(span: StandingSpan | undefined): Standing {
  return span ? (span.expiresAtMs ?? null) : 'absent';
}

function outcomeOf({ was, is, later }: Pick<RevertItem, 'was' | 'is' | 'later'>, nowMs: number): RevertItem['outcome'] {
  if (was === is) return 'as-it-was';
  const isOver = typeof was === 'number' && was <= nowMs;
  if (isOver && is === 'absent') return 'over';
  if (later.length > 0) return 'conflict';
  return isOver ? 'over' : 'undo';
}
