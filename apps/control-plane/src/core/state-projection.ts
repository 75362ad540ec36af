import { appsTouchedBy, documentOfApp, documentOfLease, type StatePublisher } from '@heddle/cell-protocol';
import type { LeaseEvent, PolicyEvent } from '@heddle/domain';
import { fromFact, type LogFollower, type LoggedEvent } from '@heddle/event-log';
import type { PolicyLedger } from './ledgers';

/** Folds the log into the documents of apps and leases. Subscribes behind the ledgers, so that the book has the event in it. */
export class StateProjection {
  constructor(
    private readonly publisher: StatePublisher,
    follower: LogFollower,
    private readonly policies: PolicyLedger,
  ) {
    follower.subscribe((event) => {
      if (event.seq > publisher.publishedUpTo) this.publish(event);
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
      this.publisher.publish({ seq, apps: [], leases: [documentOfLease(fromFact<LeaseEvent>(event), seq)] });
    }
  }
}
