import {
  exposureWindow,
  inForceAt,
  type CellAt,
  type ChangeEnforcement,
  type Policy,
  type Stand,
} from '@heddle/domain';
import { epochMsOf, isoTime } from '@heddle/platform';
import type { Authorship } from '@heddle/read-model';

/** What a cell had said by the moment. */
export interface CellStatus extends Pick<CellAt, 'cell' | 'said' | 'by'> {
  /** Since when it enforces it; `null` where it has not said so. */
  readonly at: string | null;
  /** Of one that has not said so: whether it answers now. */
  readonly state: 'enforced' | 'waiting' | 'unknown';
}

/** A policy as it was declared, and as it was enforced. */
export interface PolicyStatus extends Policy {
  /** Whether it stood. */
  readonly declared: boolean;
  readonly added: Authorship;
  /** Where it did not stand any more. */
  readonly removed: Authorship | null;
  /**
   * Of one that stood: whether every cell concerned let it through. Of one that did not: whether every cell had stopped.
   * `false` also where some cell had not said so by then.
   */
  readonly enforced: boolean;
  /** From the change to the last cell that put it in force; `until` and the length are `null` while some cell has not said so. */
  readonly window: { readonly from: string; readonly until: string | null; readonly ms: number | null };
  readonly cells: readonly CellStatus[];
}

/** What is known of a stand. */
export interface StandFacts {
  readonly stand: Stand;
  readonly declared: boolean;
  readonly authors: ReadonlyMap<number, Authorship>;
  /** Of the change that counts: the one that added it, or the one that removed it. */
  readonly enforcement: ChangeEnforcement | undefined;
  /** The cells with a container of the destination, and since when. */
  readonly hosts: ReadonlyMap<string, number>;
  readonly isLive: (cell: string) => boolean;
}

/** The change that decides what the cells had to do for it. */
export function decidingChange({ fromSeq, untilSeq }: Stand, declared: boolean): number {
  return declared ? fromSeq : (untilSeq ?? fromSeq);
}

/** Declared against enforced, at a time. */
export function policyStatus(
  { stand, declared, authors, enforcement, hosts, isLive }: StandFacts,
  ms: number,
): PolicyStatus {
  const authorOf = (seq: number): Authorship => {
    const author = authors.get(seq);
    if (!author) throw new Error(`the tables tell of a policy of change ${seq}, but not of the change`);
    return author;
  };
  const deciding = authorOf(decidingChange(stand, declared));
  const change = enforcement ?? {
    seq: deciding.seq,
    committedAtMs: epochMsOf(deciding.time),
    cells: new Map<string, null>(),
  };
  const cells = inForceAt(change, declared ? hosts : new Map(), ms);
  const { fromMs, untilMs } = exposureWindow(change);
  return {
    ...stand.policy,
    ...{
      declared,
      added: authorOf(stand.fromSeq),
      removed: declared || stand.untilSeq === null ? null : authorOf(stand.untilSeq),
    },
    enforced: cells.every(({ said }) => said === 'enforced'),
    window: {
      ...{ from: isoTime(fromMs), until: untilMs === null ? null : isoTime(untilMs) },
      ms: untilMs === null ? null : Math.round((untilMs - fromMs) * 1000) / 1000,
    },
    cells: cells.map(({ cell, said, atMs, by }) => ({
      ...{ cell, said, by, at: atMs === null ? null : isoTime(atMs) },
      state: said !== 'unsaid' ? 'enforced' : isLive(cell) ? 'waiting' : 'unknown',
    })),
  };
}
