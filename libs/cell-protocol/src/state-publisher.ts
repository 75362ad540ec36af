import { setTimeout as delay } from 'node:timers/promises';
import type { AppDocument, LeaseDocument } from '@heddle/calc';
import { BackgroundWork } from '@heddle/platform';
import { NatsError, type JetStreamClient, type NatsConnection } from 'nats';
import { z } from 'zod';
import { DirectReader, type StoredMessage } from './direct-read';
import { jsonOf } from './json-of';
import { STATE_STREAM } from './streams';
import { stateSubject } from './subjects';

/** The documents that one change makes new. */
export interface StateUpdate {
  /** Sequence of the change. */
  readonly seq: number;
  readonly apps: readonly AppDocument[];
  readonly leases: readonly LeaseDocument[];
}

const PUBLISH_TIMEOUT_MS = 500;
const RETRY_PAUSE_MS = 100;
/** How far the mark may be behind. */
const MARK_PAUSE_MS = 100;
const WRONG_LAST_SEQUENCE = 10071;

interface Document {
  readonly subject: string;
  readonly rev: number;
  readonly body: unknown;
}

/** The newest message of a subject: where it stands in the stream, and its revision. */
interface Newest {
  readonly sequence: number;
  readonly rev: number;
}

const NOTHING: Newest = { sequence: 0, rev: 0 };

/**
 * Publishes documents in the order of the changes. A subject is written by compare-and-set and only with a higher
 * revision, so several control planes may publish the same changes, and one that was killed in between is no harm:
 * the next one begins behind {@link publishedUpTo}.
 */
export class StatePublisher {
  private readonly queue: StateUpdate[] = [];
  /** Per subject, as far as this process knows. */
  private readonly newest = new Map<string, Newest>();
  private readonly stopping = new AbortController();
  private readonly draining = new BackgroundWork(() => this.drain());
  private readonly marking = new BackgroundWork(() => this.mark());
  private published = 0;

  private constructor(
    private readonly jetstream: JetStreamClient,
    private readonly reader: DirectReader,
    /** The change up to which everything was published when this process started. */
    readonly publishedUpTo: number,
  ) {}

  static async open(connection: NatsConnection): Promise<StatePublisher> {
    const reader = new DirectReader(connection, STATE_STREAM);
    const { rev: publishedUpTo } = newestOf(await reader.newest(stateSubject.cursor));
    return new StatePublisher(connection.jetstream(), reader, publishedUpTo);
  }

  /** Queues the documents of a change; they are published at once, behind those of earlier changes. */
  publish(update: StateUpdate): void {
    this.queue.push(update);
    this.draining.wake();
  }

  /** Stops; what is still queued will be published by the next process. */
  async close(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.draining.settled(), this.marking.settled()]);
    // If this fails the next process publishes some documents again, which changes nothing.
    if (this.published > 0) await this.tryToStore(markOf(this.published)).catch(() => {});
  }

  private async drain(): Promise<void> {
    for (let update = this.queue.shift(); update && !this.stopping.signal.aborted; update = this.queue.shift()) {
      await Promise.all(documentsOf(update).map((document) => this.store(document)));
      if (this.stopping.signal.aborted) return;
      this.published = update.seq;
      this.marking.wake();
    }
  }

  /** One mark for all changes of a while: it only has to be true, not fresh, and is no business of the cells. */
  private async mark(): Promise<void> {
    await delay(MARK_PAUSE_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
    await this.store(markOf(this.published));
  }

  private async store(document: Document): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        return await this.tryToStore(document);
      } catch {
        // The server is away; nothing else can be done than to try again, and no change is acknowledged meanwhile.
        await delay(RETRY_PAUSE_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
      }
    }
  }

  private async tryToStore(document: Document): Promise<void> {
    const { subject, rev, body } = document;
    const known = this.newest.get(subject) ?? NOTHING;
    // Without this, what another publisher wrote would be taken for the place behind which an older document belongs.
    if (known.rev >= rev) return;
    try {
      const { seq: sequence } = await this.jetstream.publish(subject, JSON.stringify(body), {
        expect: { lastSubjectSequence: known.sequence },
        timeout: PUBLISH_TIMEOUT_MS,
      });
      this.newest.set(subject, { sequence, rev });
    } catch (error) {
      if (!(error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE)) throw error;
      this.newest.set(subject, newestOf(await this.reader.newest(subject)));
      await this.tryToStore(document);
    }
  }
}

function markOf(rev: number): Document {
  return { subject: stateSubject.cursor, rev, body: { rev } };
}

function documentsOf({ apps, leases }: StateUpdate): Document[] {
  return [
    ...apps.map((body) => ({ subject: stateSubject.app(body.app), rev: body.rev, body })),
    ...leases.map((body) => ({ subject: stateSubject.lease(body.cell), rev: body.rev, body })),
  ];
}

const revised = z.object({ rev: z.int() });

/** A message without a revision is older than any document, so that the next one takes its place. */
function newestOf(message: StoredMessage | undefined): Newest {
  if (!message) return NOTHING;
  return { sequence: message.seq, rev: revised.safeParse(jsonOf(message.data)).data?.rev ?? 0 };
}
