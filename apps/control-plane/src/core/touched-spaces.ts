import { spacesTouchedBy } from '@heddle/cell-protocol';
import type { GroupBook, GroupEvent } from '@heddle/domain';
import { fromFact, type LogFollower, type LoggedEvent } from '@heddle/event-log';
import type { GroupLedger } from './ledgers';

/**
 * Which spaces a change of security groups touches. An event does not name those of groups that it removes or binds elsewhere: that is
 * in the book as it was before. Subscribes behind the ledger, and before whoever asks.
 */
export class TouchedSpaces {
  private before: GroupBook;
  private after: GroupBook;
  private seq = 0;

  constructor(follower: LogFollower, groups: GroupLedger) {
    this.before = this.after = groups.state;
    follower.subscribe((event) => {
      if (event.topic !== 'group') return;
      this.seq = event.seq;
      this.before = this.after;
      this.after = groups.state;
    });
  }

  /** The spaces of the change of groups that is being given out; `null` among them for all spaces. */
  by(event: LoggedEvent): (string | null)[] {
    if (event.seq !== this.seq) throw new Error(`change ${event.seq} is not the change of groups that is being folded`);
    return spacesTouchedBy(fromFact<GroupEvent>(event), this.before, this.after);
  }
}
