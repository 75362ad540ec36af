import { setTimeout as delay } from 'node:timers/promises';
import { keepCheckpoint, signCheckpoint, type Checkpoint } from '@heddle/event-log';
import { isoTime, messageOf, nowMs, type KeyRing, type Logger, type NatsConnection } from '@heddle/platform';
import type { LogIntegrity } from './log-integrity';

interface Parts {
  readonly connection: NatsConnection;
  readonly integrity: LogIntegrity;
  readonly ring: KeyRing;
  /** The newest that was kept before this process, by whomever. */
  readonly last: Checkpoint | undefined;
  readonly logger: Logger;
}

/** Signs what the log is, now and then and on demand. Several processes may; then there are more checkpoints, and each is good. */
export class Checkpointer {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private newest: Checkpoint | undefined;

  constructor(private readonly parts: Parts) {
    this.newest = parts.last;
  }

  /** The newest that is known here; `undefined` before the first. */
  get last(): Checkpoint | undefined {
    return this.newest;
  }

  /** Signs at every interval in which the log has grown. */
  start(intervalMs: number): void {
    this.running = this.signNowAndThen(intervalMs);
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /**
   * A checkpoint of the log as it is now: a new one, or the newest where nothing came after it.
   * @throws {LogBroken} when the log is not as it was written; {@link LogUnavailable} when the server does not answer.
   */
  async sign(): Promise<Checkpoint> {
    const { connection, integrity, ring } = this.parts;
    integrity.requireWhole();
    const { chain } = integrity;
    if (this.newest?.seq === chain.seq && this.newest.keyId === ring.id) return this.newest;
    const checkpoint = signCheckpoint(chain, isoTime(nowMs()), ring);
    await keepCheckpoint(connection, checkpoint);
    this.newest = checkpoint;
    return checkpoint;
  }

  private async signNowAndThen(intervalMs: number): Promise<void> {
    const { signal } = this.stopping;
    const { integrity, logger } = this.parts;
    while (!signal.aborted) {
      await delay(intervalMs, undefined, { signal }).catch(() => {});
      if (signal.aborted || integrity.open.length > 0 || integrity.chain.seq === 0) continue;
      try {
        await this.sign();
      } catch (error) {
        logger.error(
          { error: messageOf(error) },
          'no checkpoint could be signed; it is tried again at the next interval',
        );
      }
    }
  }
}
