import type { AppDocument, LeaseDocument, SpaceDocument } from '@heddle/calc';
import { backoff, BackgroundWork } from '@heddle/platform';
import { Events, type Msg, type NatsConnection, type Subscription } from 'nats';
import type { z } from 'zod';
import { BeatWatch, READING_TIMES } from './beat-watch';
import type { StoredMessage } from './direct-read';
import { DocumentReader, IncompleteDocument } from './document-reader';
import { HeldDocuments } from './held-documents';
import { jsonOf } from './json-of';
import { shardSetIn } from './shards';
import { spaceDocument } from './space-documents';
import { appDocument, leaseDocument } from './state-documents';
import { liveSubject, stateSubject } from './subjects';

/** What a cell wants to hear. */
export interface StateListener {
  /** A newer document of a watched app. */
  appChanged(document: AppDocument): void;
  /** A newer document of any lease. */
  leaseChanged(document: LeaseDocument): void;
  /** A newer document of a watched space, or of all spaces. */
  spaceChanged(document: SpaceDocument): void;
  /** All documents watched have been given as new as this change; said about once a second while control planes beat. */
  verified(upTo: number): void;
  /** A message that is not a document; it was passed over. */
  malformed(subject: string, error: Error): void;
  /** The line to the server was cut: from now on others may have changed what is held here, whatever still comes. */
  cutOff(): void;
  /** Everything watched has been read again since: what is held is the newest. */
  caughtUp(): void;
}

/** After a reconnect, reads that fail are tried again: JetStream may be up a little later than the server. */
const CATCH_UP = { firstMs: 50, maxMs: 2_000 };

/** How often a document is asked for that is known to be there; then it is left to the next reading of everything. */
const TRIES = 5;

/** A message on its way to the listener. */
interface Came {
  readonly subject: string;
  readonly seq: number;
  readonly value: unknown;
  readonly arrival: Arrival;
}

const LEASES = stateSubject.everyLease.slice(0, -1);
const SPACES = stateSubject.everySpace.slice(0, -1);

/** How a document came: by the live subject, by the first reading of a subject, or by a later one. */
type Arrival = 'heard' | 'read' | 'missed';

interface Watched {
  readonly subscription: Subscription;
  /** Reads what is stored, and takes what is newer than held. */
  readonly read: (arrival: Arrival) => Promise<void>;
  /** Settles when what was stored at the beginning has been given, or could not be read. */
  readonly ready: Promise<void>;
}

/**
 * The newest documents of the apps on a cell, and of all leases. Nothing is missed: subscribe, make sure the server has
 * the subscription, then read what is stored; apply only what is newer than held; read again after each reconnect, and
 * what the beats of a control plane say was missed.
 */
export class StateWatch {
  private readonly watched = new Map<string, Watched>();
  private readonly held = new HeldDocuments();
  private readonly stopping = new AbortController();
  private readonly followingStatus: Promise<void>;
  private readonly beats: BeatWatch;
  private missed = 0;
  private readonly reader: DocumentReader;
  /** Documents that are newer on the server than here, and how that came. */
  private readonly behind = new Map<string, Arrival>();
  private readonly fetching = new BackgroundWork(() => this.fetch());

  constructor(
    private readonly connection: NatsConnection,
    private readonly listener: StateListener,
    times = READING_TIMES,
  ) {
    this.reader = new DocumentReader(connection);
    this.followingStatus = this.readAfterReconnects();
    const documents = {
      held: this.held,
      fetch: (subjects: readonly string[]) => subjects.forEach((subject) => this.fetchSoon(subject, 'missed')),
      readAll: () => this.readAll(),
      forgetRevisions: () => this.held.forget(),
      verified: (upTo: number) => listener.verified(upTo),
      lost: () => listener.cutOff(),
      regained: () => listener.caughtUp(),
    };
    this.beats = new BeatWatch(connection, documents, times);
  }

  /** How many documents had to be fetched since the beginning although they were subscribed to: their messages were lost. */
  get gaps(): number {
    return this.missed;
  }

  /** Watches an app; when this resolves, its stored document (if any) has been given to the listener. */
  async watchApp(app: string): Promise<void> {
    await this.watchOne(stateSubject.app(app));
  }

  /** No longer watches an app. */
  unwatchApp(app: string): void {
    this.unwatch(stateSubject.app(app));
  }

  /** Watches the security groups of a space, or those of all spaces for `null`, as {@link watchApp} does an app. */
  async watchSpace(space: string | null): Promise<void> {
    await this.watchOne(stateSubject.space(space));
  }

  /** No longer watches a space. */
  unwatchSpace(space: string): void {
    this.unwatch(stateSubject.space(space));
  }

  /** Watches all leases; when this resolves, those stored have been given to the listener. */
  async watchLeases(): Promise<void> {
    await this.watch(stateSubject.everyLease, async (arrival) => {
      for await (const stored of this.reader.all(stateSubject.everyLease)) this.take(stored, arrival);
    });
  }

  /** Reads everything watched again; when this resolves, what is newer than held has been given. @throws {Error} */
  async readAgain(): Promise<void> {
    await Promise.all([...this.watched.values()].map(({ read }) => read('missed')));
  }

  async close(): Promise<void> {
    this.stopping.abort();
    for (const { subscription } of this.watched.values()) subscription.unsubscribe();
    await Promise.all([this.followingStatus, this.beats.close(), this.fetching.settled()]);
  }

  private async watchOne(subject: string): Promise<void> {
    await this.watch(subject, (arrival) => this.readOne(subject, arrival));
  }

  private unwatch(subject: string): void {
    this.watched.get(subject)?.subscription.unsubscribe();
    this.watched.delete(subject);
    this.held.unwatch(subject);
  }

  private async watch(subject: string, read: Watched['read']): Promise<void> {
    const known = this.watched.get(subject);
    if (known) return known.ready;
    const subscription = this.connection.subscribe(liveSubject(subject), {
      callback: (error, message) => {
        if (!error) this.take(republished(message), 'heard');
      },
    });
    const watched = { subscription, read, ready: this.connection.flush().then(() => read('read')) };
    this.watched.set(subject, watched);
    this.held.watch(subject);
    try {
      await watched.ready;
    } catch (error) {
      subscription.unsubscribe();
      if (this.watched.get(subject) === watched) this.unwatch(subject);
      throw error;
    }
  }

  private async readOne(subject: string, arrival: Arrival): Promise<void> {
    try {
      const stored = await this.reader.newest(subject, this.stopping.signal);
      if (stored) this.take(stored, arrival);
    } catch (error) {
      if (!(error instanceof IncompleteDocument)) throw error;
      this.listener.malformed(subject, error);
    }
  }

  private take({ subject, seq, data }: StoredMessage, arrival: Arrival): void {
    // A read may end after the app was unwatched; what it found is nobody's business any more.
    if (!this.held.isWatched(subject)) return;
    const value = jsonOf(data);
    const came = { subject, seq, value, arrival };
    if (shardSetIn(value)) this.fetchSoon(subject, arrival);
    else if (subject.startsWith(LEASES))
      this.takeAs(leaseDocument, came, (document) => this.listener.leaseChanged(document));
    else if (subject.startsWith(SPACES) || subject === stateSubject.space(null))
      this.takeAs(spaceDocument, came, (document) => this.listener.spaceChanged(document));
    else this.takeAs(appDocument, came, (document) => this.listener.appChanged(document));
  }

  private takeAs<T extends { rev: number }>(
    schema: z.ZodType<T>,
    { subject, seq, value, arrival }: Came,
    give: (document: T) => void,
  ): void {
    const { success, data: document, error } = schema.safeParse(value);
    if (!success) return this.listener.malformed(subject, error);
    if (!this.held.take(subject, document.rev, seq)) return;
    if (arrival === 'missed') this.missed++;
    give(document);
  }

  /** What came says that there is a newer document, and is not all of it. */
  private fetchSoon(subject: string, arrival: Arrival): void {
    this.behind.set(subject, arrival);
    this.fetching.wake();
  }

  private async fetch(): Promise<void> {
    const { signal } = this.stopping;
    const pause = backoff({ ...CATCH_UP, signal });
    for (let tried = 1; this.behind.size > 0 && tried <= TRIES && !signal.aborted; tried++) {
      if (tried > 1) await pause.wait().catch(() => {});
      const behind = [...this.behind].filter(([subject]) => this.held.isWatched(subject));
      this.behind.clear();
      const again = (subject: string, arrival: Arrival) => () => this.behind.set(subject, arrival);
      await Promise.all(behind.map(([subject, how]) => this.readOne(subject, how).catch(again(subject, how))));
    }
  }

  /** @returns whether everything could be read. */
  private async readAll(): Promise<boolean> {
    const reads = [...this.watched.values()].map(({ read }) =>
      read('missed').then(
        () => true,
        () => false,
      ),
    );
    return (await Promise.all(reads)).every(Boolean);
  }

  private async readAfterReconnects(): Promise<void> {
    const statuses = this.connection.status();
    this.stopping.signal.addEventListener('abort', () => (statuses as { stop?: () => void }).stop?.());
    for await (const { type } of statuses) {
      if (type === Events.Disconnect) this.listener.cutOff();
      if (type === Events.Reconnect) await this.catchUp();
    }
  }

  private async catchUp(): Promise<void> {
    const { signal } = this.stopping;
    const pause = backoff({ ...CATCH_UP, signal });
    while (!signal.aborted) {
      if (await this.readAll()) return this.listener.caughtUp();
      await pause.wait().catch(() => {});
    }
  }
}

/** A message that the server passed on as it stored it. */
function republished({ subject, headers, data }: Msg): StoredMessage {
  const seq = Number(headers?.get('Nats-Sequence') ?? 0);
  return { subject: subject.replace(/^heddle\.live\./, 'heddle.state.'), seq, data };
}
