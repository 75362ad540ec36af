import { setTimeout as delay } from 'node:timers/promises';
import type { AppDocument, LeaseDocument } from '@heddle/calc';
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
}

/** A missed message is found after this time at the latest; jittered so that cells do not ask together. */
const RECONCILE_MS = { least: 10_000, most: 30_000 };

type Watched = { subscription: Subscription; read: () => Promise<void> };

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
    if (this.watched.has(subject)) return;
    const subscription = this.connection.subscribe(liveSubject(subject), {
      callback: (error, message) => {
        if (!error) take(message.data, message.subject.replace(/^heddle\.live\./, 'heddle.state.'));
      },
    });
    this.watched.set(subject, { subscription, read });
    try {
      await this.connection.flush();
      await read();
    } catch (error) {
      subscription.unsubscribe();
      this.watched.delete(subject);
      throw error;
    }
  }

  private takeApp(subject: string, data: Uint8Array): void {
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

  private async readAll(): Promise<void> {
    // A read that fails is not lost: the next reconnect or beat reads again.
    await Promise.all([...this.watched.values()].map(({ read }) => read().catch(() => {})));
  }

  private async readAfterReconnects(): Promise<void> {
    const statuses = this.connection.status();
    this.stopping.signal.addEventListener('abort', () => (statuses as { stop?: () => void }).stop?.());
    for await (const { type } of statuses) if (type === Events.Reconnect) await this.readAll();
  }

  private async reconcile(): Promise<void> {
    const { least, most } = RECONCILE_MS;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await delay(least + Math.random() * (most - least), undefined, { signal }).catch(() => {});
      if (!signal.aborted) await this.readAll();
    }
  }
}
