import { setTimeout as delay } from 'node:timers/promises';
import { AcknowledgedPublisher, BackgroundWork, Pace, PublicationRefused } from '@heddle/platform';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import { DirectReader, type StoredMessage } from './direct-read';
import { jsonOf } from './json-of';
import { STATE_STREAM } from './streams';
import { stateSubject } from './subjects';
import { UnpublishedDocuments, type ChangedDocument, type UnpublishedDocument } from './unpublished-documents';

/** The documents that one change makes new. */
export interface StateUpdate {
  /** Sequence of the change. */
  readonly seq: number;
  readonly documents: readonly ChangedDocument[];
}

const PUBLISH_TIMEOUT_MS = 500;
const RETRY_PAUSE_MS = 100;
/** How far the mark may be behind. */
const MARK_PAUSE_MS = 100;
/** So many documents are on their way to the server at once; the next are rendered when these are there. */
const MOST_IN_FLIGHT = 256;
const WRONG_LAST_SEQUENCE = 10071;

interface Document {
  readonly subject: string;
  readonly rev: number;
  readonly bytes: Uint8Array;
}

/** The newest message of a subject: where it stands in the stream, and its revision. */
interface Newest {
  readonly sequence: number;
  readonly rev: number;
}

const NOTHING: Newest = { sequence: 0, rev: 0 };

/**
 * Publishes documents as changes make them new. A subject is written by compare-and-set and only with a higher revision, so several
 * control planes may publish the same changes, and one that was killed in between is no harm: the next one begins behind
 * {@link publishedUpTo}.
 */
export class StatePublisher {
  private readonly unpublished = new UnpublishedDocuments();
  /** Per subject, as far as this process knows. */
  private readonly newest = new Map<string, Newest>();
  private readonly stopping = new AbortController();
  private readonly draining = new BackgroundWork(() => this.drain());
  private readonly marking = new BackgroundWork(() => this.mark());
  private published = 0;

  private constructor(
    private readonly publisher: AcknowledgedPublisher,
    private readonly reader: DirectReader,
    /** The change up to which everything was published when this process started. */
    readonly publishedUpTo: number,
  ) {}

  static async open(connection: NatsConnection): Promise<StatePublisher> {
    const reader = new DirectReader(connection, STATE_STREAM);
    const { rev: publishedUpTo } = newestOf(await reader.newest(stateSubject.cursor));
    return new StatePublisher(new AcknowledgedPublisher(connection), reader, publishedUpTo);
  }

  /** Notes the documents of a change; those that were touched first are published first, as soon as can be. */
  publish({ seq, documents }: StateUpdate): void {
    this.unpublished.add(seq, documents);
    this.draining.wake();
  }

  /** Stops; what is still to be published will be by the next process. */
  async close(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.draining.settled(), this.marking.settled()]);
    // If this fails the next process publishes some documents again, which changes nothing.
    if (this.published > 0) await this.tryToStore(markOf(this.published)).catch(() => {});
    this.publisher.close();
  }

  private async drain(): Promise<void> {
    for (let taken = this.takeSome(); taken.length > 0; taken = this.takeSome()) {
      await this.store(await rendered(taken));
      this.noteProgress();
    }
    this.noteProgress();
  }

  private takeSome() {
    return this.stopping.signal.aborted ? [] : this.unpublished.take(MOST_IN_FLIGHT);
  }

  private noteProgress(): void {
    const { takenUpTo } = this.unpublished;
    if (this.stopping.signal.aborted || takenUpTo === this.published) return;
    this.published = takenUpTo;
    this.marking.wake();
  }

  /** One mark for all changes of a while: it only has to be true, not fresh, and is no business of the cells. */
  private async mark(): Promise<void> {
    await delay(MARK_PAUSE_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
    await this.store([markOf(this.published)]);
  }

  /**
   * What the server does not take, since it is away, is tried again together after a while: nothing else can be done, and no change
   * is acknowledged meanwhile.
   */
  private async store(documents: readonly Document[]): Promise<void> {
    const { signal } = this.stopping;
    for (let left = documents; left.length > 0 && !signal.aborted;) {
      const tried = await Promise.allSettled(left.map((document) => this.tryToStore(document)));
      left = left.filter((_, i) => tried[i]?.status === 'rejected');
      if (left.length > 0) await delay(RETRY_PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }

  private async tryToStore(document: Document): Promise<void> {
    const { subject, rev, bytes: data } = document;
    const known = this.newest.get(subject) ?? NOTHING;
    // Without this, what another publisher wrote would be taken for the place behind which an older document belongs.
    if (known.rev >= rev) return;
    try {
      const publication = { subject, data, behindSequence: known.sequence };
      this.newest.set(subject, { sequence: await this.publisher.publish(publication, PUBLISH_TIMEOUT_MS), rev });
    } catch (error) {
      if (!(error instanceof PublicationRefused && error.errorCode === WRONG_LAST_SEQUENCE)) throw error;
      this.newest.set(subject, newestOf(await this.reader.newest(subject)));
      await this.tryToStore(document);
    }
  }
}

async function rendered(waiting: readonly UnpublishedDocument[]): Promise<Document[]> {
  const documents: Document[] = [];
  const pace = new Pace();
  for (const { subject, rev, render } of waiting) {
    documents.push({ subject, rev, bytes: json(await render(rev)) });
    await pace.rest();
  }
  return documents;
}

function json(body: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(body));
}

function markOf(rev: number): Document {
  return { subject: stateSubject.cursor, rev, bytes: json({ rev }) };
}

const revised = z.object({ rev: z.int() });

/** A message without a revision is older than any document, so that the next one takes its place. */
function newestOf(message: StoredMessage | undefined): Newest {
  if (!message) return NOTHING;
  return { sequence: message.seq, rev: revised.safeParse(jsonOf(message.data)).data?.rev ?? 0 };
}
