import { setTimeout as delay } from 'node:timers/promises';
import { LOG_STREAM } from '@heddle/event-log';
import { BackgroundWork, Pace } from '@heddle/platform';
import type { NatsConnection } from 'nats';
import { DocumentStore, type Document } from './document-store';
import { StateRebuild, type RebuildOrder, type RebuildProgress } from './state-rebuild';
import { RecentDocuments, STATE_BEAT_MS } from './state-beat';
import { STATE_STREAM } from './streams';
import { BEAT_LANES, beatSubject, stateSubject } from './subjects';
import { UnpublishedDocuments, type ChangedDocument, type UnpublishedDocument } from './unpublished-documents';

/** The documents that one change makes new. */
export interface StateUpdate {
  /** Sequence of the change. */
  readonly seq: number;
  readonly documents: readonly ChangedDocument[];
}

/** How far the mark may be behind. */
const MARK_PAUSE_MS = 100;
/** So many documents are on their way to the server at once; the next are rendered when these are there. */
const MOST_IN_FLIGHT = 256;

/**
 * Publishes documents as changes make them new. Several control planes may publish the same changes (see {@link DocumentStore}),
 * and one that was killed in between is no harm: the next one begins behind {@link publishedUpTo}.
 */
export class StatePublisher {
  private readonly unpublished = new UnpublishedDocuments();
  private readonly draining = new BackgroundWork(() => this.drain());
  private readonly marking = new BackgroundWork(() => this.mark());
  private readonly recent = new RecentDocuments();
  private published = 0;
  /** The newest mark that this process knows to be stored. */
  private marked = 0;
  private beating: NodeJS.Timeout | undefined;

  private constructor(
    private readonly connection: NatsConnection,
    private readonly store: DocumentStore,
    private readonly stopping: AbortController,
    /** The change up to which everything was published when this process started. */
    readonly publishedUpTo: number,
  ) {}

  static async open(connection: NatsConnection): Promise<StatePublisher> {
    const stopping = new AbortController();
    const store = new DocumentStore(connection, stopping.signal);
    return new StatePublisher(connection, store, stopping, await store.revisionOf(stateSubject.cursor));
  }

  /** Notes the documents of a change; those that were touched first are published first, as soon as can be. */
  publish({ seq, documents }: StateUpdate): void {
    this.unpublished.add(seq, documents);
    this.draining.wake();
  }

  /**
   * From here on says each second what was published of late.
   * @param lost is called, each time, when the stream is found not to hold what was published: it was purged, or is an older copy.
   * Until {@link rebuild} has mended that, no mark is written: it would say of older documents that they are the newest.
   */
  beginToBeat(lost: () => void): void {
    const work = new BackgroundWork(() => this.beat(lost));
    this.beating ??= setInterval(() => work.wake(), STATE_BEAT_MS);
  }

  /**
   * Makes the stream hold what follows from the log, whatever became of it meanwhile, and says again up to where all is published.
   * May run beside {@link publish} and beside other rebuilds, and be cut off at any point. @throws {Error} as {@link StateRebuild}
   */
  async rebuild(order: RebuildOrder): Promise<RebuildProgress> {
    const signal = AbortSignal.any([order.signal, this.stopping.signal]);
    const rev = order.position();
    const isPossible = (other: number): boolean => other <= order.position();
    this.store.end.forget();
    try {
      const progress = await new StateRebuild(this.connection, this.store, { ...order, signal }).run();
      await this.store.restore(markOf(rev), isPossible, signal);
      signal.throwIfAborted();
      return progress;
    } catch (error) {
      this.store.end.doubt();
      throw error;
    } finally {
      this.marking.wake();
    }
  }

  /** Stops; what is still to be published will be by the next process. */
  async close(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.beating);
    await Promise.all([this.draining.settled(), this.marking.settled()]);
    // If this fails the next process publishes some documents again, which changes nothing.
    if (this.published > 0 && !this.store.end.wentBack)
      await this.store.tryToStore(markOf(this.published)).catch(() => {});
    await this.store.close();
  }

  private async drain(): Promise<void> {
    // The changes of a round come one behind the other: their documents go together.
    await Promise.resolve();
    for (let taken = this.takeSome(); taken.length > 0; taken = this.takeSome()) {
      await this.store.store(await rendered(taken));
      for (const { subject, rev } of taken) this.recent.stored(subject, rev);
      this.noteProgress();
    }
    this.noteProgress();
  }

  /** Without an answer of the streams there is no beat, and cells see that nobody can tell them anything. */
  private async beat(lost: () => void): Promise<void> {
    const { signal } = this.stopping;
    try {
      const epoch = await this.lookAtStreams();
      const isMarked = (await this.store.revisionOf(stateSubject.cursor)) >= this.marked;
      if (signal.aborted) return;
      if (!isMarked || this.store.end.wentBack) lost();
      const beat = JSON.stringify(this.recent.beat(epoch, Math.max(this.publishedUpTo, this.published)));
      for (let lane = 0; lane < BEAT_LANES; lane++) {
        this.connection.publish(beatSubject.lane(lane), beat);
        await delay(STATE_BEAT_MS / (BEAT_LANES + 1), undefined, { signal });
      }
    } catch {
      // The next one is due in a second.
    }
  }

  /** @returns which log and which stream of documents there are: when each was created. */
  private async lookAtStreams(): Promise<string> {
    const { streams } = await this.connection.jetstreamManager({ checkAPI: false });
    const behind = this.store.end.sequence;
    const [log, documents] = await Promise.all([streams.info(LOG_STREAM), streams.info(STATE_STREAM)]);
    this.store.end.endsAt(documents.state.last_seq, behind);
    return `${log.created} ${documents.created}`;
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
    const { published } = this;
    if (published === 0 || this.store.end.wentBack) return;
    await this.store.store([markOf(published)]);
    if (!this.stopping.signal.aborted) this.marked = published;
  }
}

/** Waits for nothing that is there: small documents are on their way to the cells before any answer to those who wanted the change is. */
async function rendered(waiting: readonly UnpublishedDocument[]): Promise<Document[]> {
  const documents: Document[] = [];
  const pace = new Pace();
  for (const { subject, rev, render } of waiting) {
    const body = render(rev);
    documents.push({ subject, rev, bytes: json(body instanceof Promise ? await body : body) });
    if (pace.isOver) await pace.rest();
  }
  return documents;
}

function json(body: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(body));
}

function markOf(rev: number): Document {
  return { subject: stateSubject.cursor, rev, bytes: json({ rev }) };
}
