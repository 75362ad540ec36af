import { setTimeout as delay } from 'node:timers/promises';
import type { AppDocument, LeaseDocument } from '@heddle/calc';
import { backoff } from '@heddle/platform';
import { Events, type NatsConnection, type Subscription } from 'nats';
import type { z } from 'zod';
import { DirectReader } from './direct-read';
import { appDocument, leaseDocument } from './state-documents';
import { STATE_STREAM } from './streams';
import { liveSubject, stateSubject } from './subjects';

/** What a cell wants to hear. */
export interface StateListener {
  /** A newer document of a watched app. */
  appChanged(document: AppDocument): void;
  /** A newer document of any lease. */
  leaseChanged(document: LeaseDocument): void;
  /** A message that is not a document; it was passed over. */
  malformed(subject: string, error: Error): void;
  /** The line to the server was cut: from now on others may have changed what is held here, whatever still comes. */
  cutOff(): void;
  /** Everything watched has been read again since: what is held is the newest. */
  caughtUp(): void;
}

/** A missed message is found after this time at the latest; jittered so that cells do not ask together. */
const RECONCILE_MS = { least: 10_000, most: 30_000 };
/** After a reconnect, reads that fail are tried again: JetStream may be up a little later than the server. */
const CATCH_UP = { firstMs: 50, maxMs: 2_000 };

interface Watched {
  readonly subscription: Subscription;
  readonly read: () => Promise<void>;
  /** Settles when what was stored at the beginning has been given, or could not be read. */
  readonly ready: Promise<void>;
}

/**
 * The newest documents of the apps on a cell, and of all leases. Nothing is missed: subscribe, make sure the server has
 * the subscription, then read what is stored; apply only what is newer than held; read again after each reconnect and
 * at a slow, jittered beat.
 */
export class StateWatch {
  private readonly watched = new Map<string, Watched>();
  private readonly revisions = new Map<string, number>();
  private readonly stopping = new AbortController();
  private readonly background: Promise<void>[];

  private readonly reader: DirectReader;

  constructor(
    private readonly connection: NatsConnection,
    private readonly listener: StateListener,
    private readonly reconcileMs = RECONCILE_MS,
  ) {
    this.reader = new DirectReader(connection, STATE_STREAM);
    this.background = [this.readAfterReconnects(), this.reconcile()];
  }

  /** Watches an app; when this resolves, its stored document (if any) has been given to the listener. */
  async watchApp(app: string): Promise<void> {
    const subject = stateSubject.app(app);
    await this.watch(
      subject,
      async () => {
        const stored = await this.reader.newest(subject);
        if (stored) this.takeApp(stored.subject, stored.data);
      },
      (data) => this.takeApp(subject, data),
    );
  }

  /** No longer watches an app. */
  unwatchApp(app: string): void {
    const subject = stateSubject.app(app);
    this.watched.get(subject)?.subscription.unsubscribe();
    this.watched.delete(subject);
    this.revisions.delete(subject);
  }

  /** Watches all leases; when this resolves, those stored have been given to the listener. */
  async watchLeases(): Promise<void> {
    await this.watch(
      stateSubject.everyLease,
      async () => {
        for await (const { subject, data } of this.reader.all(stateSubject.everyLease)) this.takeLease(subject, data);
      },
      (data, subject) => this.takeLease(subject, data),
    );
  }

  /** Reads everything watched again; when this resolves, what is newer than held has been given. @throws {Error} */
  async readAgain(): Promise<void> {
    await Promise.all([...this.watched.values()].map(({ read }) => read()));
  }

  async close(): Promise<void> {
    this.stopping.abort();
    for (const { subscription } of this.watched.values()) subscription.unsubscribe();
    await Promise.all(this.background);
  }

  private async watch(
    subject: string,
    read: () => Promise<void>,
    take: (data: Uint8Array, subject: string) => void,
  ): Promise<void> {
    const known = this.watched.get(subject);
    if (known) return known.ready;
    const subscription = this.connection.subscribe(liveSubject(subject), {
      callback: (error, message) => {
        if (!error) take(message.data, message.subject.replace(/^heddle\.live\./, 'heddle.state.'));
      },
    });
    const watched = { subscription, read, ready: this.connection.flush().then(read) };
    this.watched.set(subject, watched);
    try {
      await watched.ready;
    } catch (error) {
      subscription.unsubscribe();
      if (this.watched.get(subject) === watched) this.watched.delete(subject);
      throw error;
    }
  }

  private takeApp(subject: string, data: Uint8Array): void {
    // A read may end after the app was unwatched; what it found is nobody's business any more.
    if (!this.watched.has(subject)) return;
    this.take(subject, data, appDocument, (document) => this.listener.appChanged(document));
  }

  private takeLease(subject: string, data: Uint8Array): void {
    this.take(subject, data, leaseDocument, (document) => this.listener.leaseChanged(document));
  }

  private take<T extends { rev: number }>(
    subject: string,
    data: Uint8Array,
    schema: z.ZodType<T>,
    give: (document: T) => void,
  ): void {
    let document: T;
    try {
      document = schema.parse(JSON.parse(new TextDecoder().decode(data)));
    } catch (error) {
      this.listener.malformed(subject, error as Error);
      return;
    }
    if (document.rev <= (this.revisions.get(subject) ?? 0)) return;
    this.revisions.set(subject, document.rev);
    give(document);
  }

  /** @returns whether everything could be read. */
  private async readAll(): Promise<boolean> {
    const reads = [...this.watched.values()].map(({ read }) =>
      read().then(
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

  private async reconcile(): Promise<void> {
    const { least, most } = this.reconcileMs;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await delay(least + Math.random() * (most - least), undefined, { signal }).catch(() => {});
      // A read that fails is not lost: the next one comes, and after a reconnect it is tried until it succeeds.
      if (!signal.aborted) await this.readAll();
    }
  }
}
