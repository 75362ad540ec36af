import { unacknowledged, type LogBreak } from '@heddle/domain';
import {
  EMPTY_CHAIN,
  follow,
  GENESIS_HASH,
  isSameChain,
  isSigned,
  type ChainState,
  type Checkpoint,
  type LogFollower,
  type LoggedEvent,
} from '@heddle/event-log';
import type { Logger, PublicKeys } from '@heddle/platform';
import type { AuditLedger } from '../core/ledgers';
import { LogBroken } from './log-broken';

/** More of them say nothing more. */
const MOST_LOGGED = 20;

interface Parts {
  readonly follower: LogFollower;
  readonly audit: AuditLedger;
  /** Those kept when this process started, by whomever. */
  readonly checkpoints: readonly Checkpoint[];
  /** Whose checkpoints are believed. */
  readonly keys: PublicKeys;
  readonly logger: Logger;
}

/**
 * Whether the log is as it was written. Each event that this process folds is held against the one before it, and the log against each
 * checkpoint it passes; since every start folds the whole log, and the hash of each event is computed as it is read, that costs a start
 * next to nothing.
 */
export class LogIntegrity {
  private current: ChainState = EMPTY_CHAIN;
  /** Grows with what is wrong in the log, which is nothing but once. */
  private readonly found: LogBreak[] = [];
  private readonly passed = new Set<number>();
  private readonly checkpoints = new Map<number, Checkpoint[]>();
  private isLive = false;

  constructor(private readonly parts: Parts) {
    for (const checkpoint of parts.checkpoints) {
      const there = this.checkpoints.get(checkpoint.seq);
      if (there) there.push(checkpoint);
      else this.checkpoints.set(checkpoint.seq, [checkpoint]);
    }
    parts.follower.subscribe(
      (event) => this.take(event),
      (event) => this.passOver(event),
    );
  }

  /** The sequences of the events from which nothing follows, acknowledged or not. */
  get passedOver(): ReadonlySet<number> {
    return this.passed;
  }

  /** The log up to what this process has folded. */
  get chain(): ChainState {
    return this.current;
  }

  /** What is not as it was written and was not acknowledged, in the order of the log. */
  get open(): readonly LogBreak[] {
    return this.found.length === 0 ? this.found : unacknowledged(this.parts.audit.state, this.found);
  }

  /** The log was folded to its end: what is acknowledged is known, and a checkpoint of more vouches for events that are gone. */
  reachedEnd(): void {
    for (const checkpoint of this.parts.checkpoints) {
      if (checkpoint.seq > this.current.seq && this.isBelieved(checkpoint))
        this.found.push(againstCheckpoint(checkpoint));
    }
    this.isLive = true;
    this.open.slice(0, MOST_LOGGED).forEach((found) => this.cry(found));
  }

  /** @throws {LogBroken} while something is open. */
  requireWhole(): void {
    const { open } = this;
    const [first] = open;
    if (first) throw new LogBroken(open.length, first.seq);
  }

  private take(event: LoggedEvent): void {
    const before = this.current.heads[event.topic];
    const [next, fault] = follow(this.current, event);
    this.current = next;
    if (fault) this.broken({ kind: 'unchained', seq: event.seq, contradicts: before?.hash ?? GENESIS_HASH });
    for (const checkpoint of this.checkpoints.get(event.seq) ?? []) this.hold(checkpoint);
  }

  private passOver(event: LoggedEvent): void {
    this.take(event);
    this.passed.add(event.seq);
    this.broken({ kind: 'passed-over', seq: event.seq, contradicts: event.hash });
  }

  /** Where the log is another than what was signed, it goes on from what was signed: so the next checkpoint speaks of what lies between. */
  private hold(checkpoint: Checkpoint): void {
    if (isSameChain(this.current, checkpoint) || !this.isBelieved(checkpoint)) return;
    this.broken(againstCheckpoint(checkpoint));
    this.current = { ...this.current, digest: checkpoint.digest };
  }

  private isBelieved(checkpoint: Checkpoint): boolean {
    return isSigned(checkpoint, this.parts.keys);
  }

  private broken(found: LogBreak): void {
    this.found.push(found);
    if (this.isLive) this.cry(found);
  }

  private cry(found: LogBreak): void {
    this.parts.logger.error(
      { ...found },
      'the log is not as it was written: it takes no changes until an administrator acknowledges',
    );
  }
}

function againstCheckpoint({ seq, digest }: Checkpoint): LogBreak {
  return { kind: 'checkpoint', seq, contradicts: digest };
}
