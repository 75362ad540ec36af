import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BackgroundWork } from '@heddle/platform';
import type { JetStreamClient, NatsConnection } from 'nats';
import { encodeRefusal, type Refusal } from './refusal';
import { RefusalRate } from './refusal-rate';
import { ensureRefusedStream, refusedSubject, type Retention } from './refusal-stream';

const PUBLISH_TIMEOUT_MS = 500;
const RETRY_PAUSE_MS = 250;
/** Refusals that wait for the server; those beyond are not kept. */
const MOST_WAITING = 1_000;

/** What became of a refusal: stored; passed over since its actor has had enough; or since too many wait already. */
export type RefusalOutcome = 'kept' | 'over-rate' | 'over-queue';

/** What a recorder tells of its work. */
export interface RecorderTells {
  /** Each refusal once. */
  outcome(outcome: RefusalOutcome): void;
  /** The server does not take any, since `error`; told once until it does again. */
  stalled(error: unknown): void;
}

interface Waiting {
  readonly id: string;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/** Keeps refusals in their stream, in the background: whoever notes one neither waits nor fails. */
export class RefusalRecorder {
  private readonly jetstream: JetStreamClient;
  private readonly rate = new RefusalRate();
  private readonly stopping = new AbortController();
  private readonly waiting: Waiting[] = [];
  private readonly sending = new BackgroundWork(() => this.send());
  private isPrepared = false;
  private isStalled = false;

  constructor(
    private readonly connection: NatsConnection,
    private readonly retention: Retention,
    private readonly tells: RecorderTells,
  ) {
    this.jetstream = connection.jetstream();
    this.sending.wake();
  }

  /** Takes a refusal to be kept, unless its actor or all together have had too many. */
  note(refusal: Refusal): void {
    const subject = refusedSubject(refusal.actor);
    if (!this.rate.admits(subject)) return this.tells.outcome('over-rate');
    if (this.waiting.length >= MOST_WAITING) return this.tells.outcome('over-queue');
    this.waiting.push({ id: randomUUID(), subject, bytes: encodeRefusal(refusal) });
    this.sending.wake();
  }

  /** Stops; gives what is still waiting one short chance. */
  async close(graceMs = 1_000): Promise<void> {
    const over = setTimeout(() => this.stopping.abort(), graceMs);
    await this.sending.settled();
    clearTimeout(over);
    this.stopping.abort();
  }

  private async send(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (!this.isPrepared) await ensureRefusedStream(this.connection, this.retention);
        this.isPrepared = true;
        this.isStalled = false;
        const [first] = this.waiting;
        if (!first) return;
        await this.jetstream.publish(first.subject, first.bytes, { msgID: first.id, timeout: PUBLISH_TIMEOUT_MS });
        this.waiting.shift();
        this.tells.outcome('kept');
      } catch (error) {
        // Somebody may have removed the stream: it is looked after again before the next try.
        this.isPrepared = false;
        if (!this.isStalled) this.tells.stalled(error);
        this.isStalled = true;
        await delay(RETRY_PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  }
}
