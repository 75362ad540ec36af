import type { EnforcementBook, PolicyEvent } from '@heddle/domain';
import { fromFact, type LogFollower, type LoggedEvent } from '@heddle/event-log';
import { epochMsOf } from '@heddle/platform';

interface Held {
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
  /** By tag, in the order of the changes. */
  private readonly held = new Map<number, Held>();
  private readonly tagsHeld = new Set<number>();

  /** @param longestMs how long a tag is held back at most. */
  constructor(
    follower: LogFollower,
    private readonly enforcement: () => EnforcementBook,
    private readonly longestMs: number,
    private readonly now: () => number = Date.now,
  ) {
    follower.subscribe((event) => this.take(event));
  }

  /** The tags that are held back now; the set changes with time. What was released earlier is also let go earlier. */
  tags(): ReadonlySet<number> {
    if (this.held.size === 0) return this.tagsHeld;
    const oldestWaiting = this.oldestWaiting();
    const since = this.now() - this.longestMs;
    for (const [tag, { seq, atMs }] of this.held) {
      if (seq >= oldestWaiting && atMs > since) break;
      this.held.delete(tag);
      this.tagsHeld.delete(tag);
    }
    return this.tagsHeld;
  }

  private take(event: LoggedEvent): void {
    if (event.topic !== 'policy') return;
    const atMs = epochMsOf(event.time);
    if (atMs <= this.now() - this.longestMs) return;
    const fact = fromFact<PolicyEvent>(event);
    if (fact.type !== 'policies-changed') return;
    for (const { tag } of fact.tagsReleased) {
      // At the end, also if it is there from before.
      this.held.delete(tag);
      this.held.set(tag, { seq: event.seq, atMs });
      this.tagsHeld.add(tag);
    }
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
