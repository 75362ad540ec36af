import type { Policy, PolicySpan, Traffic } from '@heddle/domain';
import type { AppPair, Authorship } from '@heddle/read-model';
import type { Core } from '../core/core';
import type { AsOf } from './as-of';

/** A policy with who added it and, if it was removed, who did. */
export interface TracedPolicy extends Policy {
  readonly added: Authorship;
  readonly removed: Authorship | null;
}

/** Whether one app could reach another, and why. */
export interface Verdict extends AppPair, Traffic {
  readonly asOf: AsOf;
  readonly allowed: boolean;
  /** The same in a sentence. */
  readonly reason: string;
  /** What allowed it, the oldest first; a hundred at most. */
  readonly policies: readonly TracedPolicy[];
  /** Where nothing allowed it, the last policy that did before; `null` when none ever did. */
  readonly last: TracedPolicy | null;
}

const MOST_POLICIES = 100;

/** Looks up what allowed some traffic after a change, and who is behind it. */
export async function verdictOf(
  { readModel }: Pick<Core, 'readModel'>,
  pair: AppPair,
  asOf: AsOf,
  traffic: Traffic,
): Promise<Verdict> {
  const { standing, last } = await readModel.betweenApps(pair, asOf.seq, traffic, MOST_POLICIES);
  const spans = last ? [last] : standing;
  const seqs = spans.flatMap(({ fromSeq, untilSeq }) => [fromSeq, ...(untilSeq === null ? [] : [untilSeq])]);
  const authors = new Map((await readModel.authorsOf([...new Set(seqs)])).map((author) => [author.seq, author]));
  const traced = spans.map((span) => trace(span, authors));
  const answer = { ...pair, ...traffic, asOf, allowed: standing.length > 0 };
  const [first] = traced;
  if (!first) return { ...answer, reason: 'denied: no policy, and there was none before', policies: [], last: null };
  return last
    ? { ...answer, reason: deniedSince(first), policies: [], last: first }
    : { ...answer, reason: `allowed by ${changeWords(first.added)}`, policies: traced, last: null };
}

function deniedSince({ removed }: TracedPolicy): string {
  if (!removed) throw new Error('a policy that ended has no change that ended it');
  const { seq, time, actor } = removed;
  return `denied: no policy; one existed until ${time}, removed by ${actor} in change ${seq}${reasonWords(removed)}`;
}

function changeWords(author: Authorship): string {
  return `change ${author.seq} of ${author.actor}, ${author.time}${reasonWords(author)}`;
}

function reasonWords({ reason }: Authorship): string {
  return reason === undefined ? '' : `, reason ${reason}`;
}

function trace({ policy, fromSeq, untilSeq }: PolicySpan, authors: ReadonlyMap<number, Authorship>): TracedPolicy {
  const authorOf = (seq: number): Authorship => {
    const author = authors.get(seq);
    if (!author) throw new Error(`the tables tell of a policy of change ${seq}, but not of the change`);
    return author;
  };
  return { ...policy, added: authorOf(fromSeq), removed: untilSeq === null ? null : authorOf(untilSeq) };
}
