import type { AppDocument } from '@heddle/calc';
import {
  appsTouchedInSteps,
  documentInSteps,
  documentOfLease,
  spaceDocumentOf,
  stateSubject,
  type ChangedDocument,
  type RebuildProgress,
  type StatePublisher,
} from '@heddle/cell-protocol';
import type { LeaseEvent, PolicyEvent, Steps } from '@heddle/domain';
import { fromFact, type LogFollower, type LoggedEvent } from '@heddle/event-log';
import { BackgroundWork, epochMsOf, messageOf, soonest, takeInTurns, type Logger } from '@heddle/platform';
import { ownersOf, presentDocument, type Books } from './present-documents';
import type { TouchedSpaces } from './touched-spaces';

/** Folds the log into the documents of apps, leases and spaces. Subscribes behind the ledgers, so that the books have the event in them. */
export class StateProjection {
  private readonly stopping = new AbortController();

  constructor(
    private readonly publisher: StatePublisher,
    private readonly follower: LogFollower,
    private readonly books: Books,
    private readonly touchedSpaces: TouchedSpaces,
  ) {
    follower.subscribe(
      (event) => (event.seq > publisher.publishedUpTo ? this.publish(event) : undefined),
      ({ seq }) => {
        // Counted like any other, so that the marks of what is published pass over it.
        if (seq > publisher.publishedUpTo) publisher.publish({ seq, documents: [] });
      },
    );
  }

  /**
   * Makes the stream of documents hold what follows from the log as it is now, whatever became of it.
   * @param onProgress hears how far it is.
   * @throws the reason of the signal when it was aborted; what was done by then stays.
   */
  async rebuild(signal: AbortSignal, onProgress: (progress: RebuildProgress) => void): Promise<RebuildProgress> {
    const { books, follower } = this;
    return this.publisher.rebuild({
      owners: ownersOf(books),
      render: (owner, rev) => presentDocument(books, owner, rev),
      position: () => follower.position,
      ...{ signal, onProgress },
    });
  }

  /** From here on tells cells what is published; and where the stream of documents is not what it was, makes it anew. */
  beginToBeat(logger: Logger): void {
    const mending = new BackgroundWork(async () => {
      logger.error('documents for the cells are missing from HEDDLE_STATE: they are published anew');
      await this.rebuild(this.stopping.signal, () => {}).catch((error: unknown) => {
        logger.error({ error: messageOf(error) }, 'documents could not all be published anew; it is tried again');
      });
    });
    this.publisher.beginToBeat(() => mending.wake());
  }

  /** Stops publishing; what is still queued is published at the next start. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.publisher.close();
  }

  /** Noted before anyone is told that the event is folded, so that no mark of what is published passes over it. */
  private publish(event: LoggedEvent): void | Promise<void> {
    return takeInTurns(this.documentsAfter(event), (documents) => {
      this.publisher.publish({ seq: event.seq, documents });
    });
  }

  private *documentOf(app: string, rev: number, committedAtMs: number): Steps<AppDocument> {
    return { ...(yield* documentInSteps(this.books.policies.state, app, rev)), committedAtMs };
  }

  /** None for a topic that no cell follows; it is published as well, so that every control plane counts it. */
  private *documentsAfter(event: LoggedEvent): Steps<ChangedDocument[]> {
    const committedAtMs = epochMsOf(event.time);
    switch (event.topic) {
      case 'policy':
        return (yield* appsTouchedInSteps(fromFact<PolicyEvent>(event))).map((app) => ({
          subject: stateSubject.app(app),
          render: (rev) => soonest(this.documentOf(app, rev, committedAtMs)),
        }));
      case 'lease':
        return leaseDocuments(fromFact<LeaseEvent>(event));
      case 'group':
        return this.touchedSpaces.by(event).map((space) => ({
          subject: stateSubject.space(space),
          render: (rev) => ({ ...spaceDocumentOf(this.books.groups.state, space, rev), committedAtMs }),
        }));
      case 'route':
      case 'audit':
        return [];
    }
  }
}

function leaseDocuments(event: LeaseEvent): ChangedDocument[] {
  if (event.type === 'lease-quarantine-ended') return [];
  return [{ subject: stateSubject.lease(event.lease.cell), render: (rev) => documentOfLease(event, rev) }];
}
