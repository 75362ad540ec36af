import type { LogFollower } from '@heddle/event-log';

/** How leases end. */
export type LeaseEnd = 'released' | 'expired' | 'fenced';

/** How many leases ended so far, by how; folded from the log alone, so it is the same on every control plane and after every restart. */
export class LeaseEnds {
  private readonly ended = new Map<LeaseEnd, number>([
    ['released', 0],
    ['expired', 0],
    ['fenced', 0],
  ]);

  constructor(follower: LogFollower) {
    follower.subscribe(({ type }) => {
      for (const [how, count] of this.ended) if (type.startsWith(`lease-${how}.`)) this.ended.set(how, count + 1);
    });
  }

  get counts(): ReadonlyMap<LeaseEnd, number> {
    return this.ended;
  }
}
