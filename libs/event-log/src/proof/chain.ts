import { hash as hashText } from 'node:crypto';
import { GENESIS_HASH, type LoggedEvent, type Topic } from '../event-log';

/** What of an event the chains are made of. */
export type Link = Pick<LoggedEvent, 'seq' | 'topic' | 'previousHash' | 'hash'>;

/** The last event of a topic. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** The log up to an event, in one line. */
export interface ChainState {
  /** The last event; 0 before the first. */
  readonly seq: number;
  /**
   * One hash for all events and their order. The chains in the events are one for each topic, because an append compares and sets on
   * its topic alone; this one goes over the whole log and fixes also how the topics lie between each other. It stands in
   * checkpoints, not in events.
   */
  readonly digest: string;
  /** What the next event of each topic names as the one before it; absent for a topic without events. */
  readonly heads: Readonly<Partial<Record<Topic, Head>>>;
}

/** The empty log. */
export const EMPTY_CHAIN: ChainState = { seq: 0, digest: GENESIS_HASH, heads: {} };

/** What is wrong at an event: the first of its kind there. */
export interface ChainFault {
  /**
   * `missing`: events before it are not there. `misplaced`: it stands behind its place, or twice. `unchained`: it does not follow on the
   * event before it on its topic, so that one of the two was altered, or one between them is gone.
   */
  readonly kind: 'missing' | 'misplaced' | 'unchained';
  readonly seq: number;
  /** `unchained`: the event before it on its topic, 0 without one. Otherwise the sequence that should stand here. */
  readonly after: number;
}

/** Takes the next event. What is wrong with it is told, and the chain goes on from it all the same. */
export function follow(chain: ChainState, { seq, topic, previousHash, hash }: Link): [ChainState, ChainFault?] {
  const before = chain.heads[topic];
  const next: ChainState = {
    seq,
    digest: digestAfter(chain.digest, seq, hash),
    heads: { ...chain.heads, [topic]: { seq, hash } },
  };
  const due = chain.seq + 1;
  if (seq !== due) return [next, { kind: seq > due ? 'missing' : 'misplaced', seq, after: due }];
  if (previousHash !== (before?.hash ?? GENESIS_HASH))
    return [next, { kind: 'unchained', seq, after: before?.seq ?? 0 }];
  return [next];
}

/** Whether two states are of the same log; a digest fixes the heads, too. */
export function isSameChain(one: ChainState, other: ChainState): boolean {
  return one.seq === other.seq && one.digest === other.digest;
}

function digestAfter(digest: string, seq: number, hash: string): string {
  return hashText('sha256', `${digest} ${seq} ${hash}`);
}
