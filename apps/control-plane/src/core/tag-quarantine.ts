import type { EnforcementBook, PolicyEvent } from '@heddle/domain';
import { fromFact, type LogFollower, type LoggedEvent } from '@heddle/event-log';
import { epochMsOf } from '@heddle/platform';

interface Held {
  readonly tag: number;
  /** The change that released it. */
  readonly seq: number;
  readonly atMs: number;
}

/**
 * Released tags that no other app may get yet. A packet says only "tag 7": while some cell still takes 7 for the old app, the new
 * one would enjoy the old one's permissions there. A tag is held back until every cell concerned has said that it enforces the
 * change which released it and all changes before, or until the time is over; the time is for cells that never answer again.
 */
export class TagQuarantine {
  private held: Held[] = [];

  /** @param longestMs how long a tag is held back at most. */
  constructor(
    follower: LogFollower,
    private readonly enforcement: () => EnforcementBook,
    private readonly longestMs: number,
    private readonly now: () => number = Date.now,
  ) {
    follower.subscribe((event) => this.take(event));
  }

  /** The tags that are held back now. */
  tags(): ReadonlySet<number> {
    if (this.held.length === 0) return new Set();
    const oldestWaiting = this.oldestWaiting();
    const since = this.now() - this.longestMs;
    this.held = this.held.filter(({ seq, atMs }) => seq >= oldestWaiting && atMs > since);
    return new Set(this.held.map(({ tag }) => tag));
  }

  private take(event: LoggedEvent): void {
    if (event.topic !== 'policy') return;
    const atMs = epochMsOf(event.time);
    if (atMs <= this.now() - this.longestMs) return;
    for (const { tag } of fromFact<PolicyEvent>(event).tagsReleased) this.held.push({ tag, seq: event.seq, atMs });
  }

  /** The oldest change that some cell has not said it enforces, infinity when there is none. */
  private oldestWaiting(): number {
    let oldest = Infinity;
    for (const { waitingFor } of this.enforcement().cells.values()) {
      for (const seq of waitingFor.keys()) oldest = Math.min(oldest, seq);
    }
    return oldest;
  }
}
