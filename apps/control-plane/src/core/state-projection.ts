import {
  appsTouchedBy,
  documentOfApp,
  documentOfLease,
  spaceDocumentsAfter,
  type StatePublisher,
} from '@heddle/cell-protocol';
import type { GroupBook, GroupEvent, LeaseEvent, PolicyEvent } from '@heddle/domain';
import { fromFact, type LogFollower, type LoggedEvent } from '@heddle/event-log';
import type { GroupLedger, PolicyLedger } from './ledgers';

/** Folds the log into the documents of apps, leases and spaces. Subscribes behind the ledgers, so that the books have the event in them. */
export class StateProjection {
  /** As the book was before the event that is being given out. */
  private groupsBefore: GroupBook;

  constructor(
    private readonly publisher: StatePublisher,
    follower: LogFollower,
    private readonly policies: PolicyLedger,
    private readonly groups: GroupLedger,
  ) {
    this.groupsBefore = groups.state;
    follower.subscribe((event) => {
      if (event.seq > publisher.publishedUpTo) this.publish(event);
      this.groupsBefore = groups.state;
    });
  }

  /** Stops publishing; what is still queued is published at the next start. */
  async close(): Promise<void> {
    await this.publisher.close();
  }

  private publish(event: LoggedEvent): void {
    const { seq, topic } = event;
    if (topic === 'policy') {
      const apps = appsTouchedBy(fromFact<PolicyEvent>(event)).map((app) =>
        documentOfApp(this.policies.state, app, seq),
      );
      this.publisher.publish({ seq, apps, leases: [] });
    } else if (topic === 'lease') {
      const fact = fromFact<LeaseEvent>(event);
      const leases = fact.type === 'lease-quarantine-ended' ? [] : [documentOfLease(fact, seq)];
      this.publisher.publish({ seq, apps: [], leases });
    } else if (topic === 'group') {
      const change = fromFact<GroupEvent>(event);
      const spaces = spaceDocumentsAfter(change, this.groupsBefore, this.groups.state, seq);
      this.publisher.publish({ seq, apps: [], leases: [], spaces });
    }
  }
}
