import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, type Logger } from '@heddle/platform';
import type { GroupLedger } from '../core/ledgers';
import type { GroupSource } from './group-source';
import { readStableGroups } from './stable-groups';

interface Parts {
  readonly source: GroupSource;
  readonly groups: GroupLedger;
  readonly intervalMs: number;
  readonly logger: Logger;
}

/** One look at Cloud Controller takes at most so long; the original's deadline for retries. */
const DEADLINE_MS = 300_000;

/** What was known when the last sync ended. */
interface Seen {
  readonly latestMs: number | null;
  /** Of the log. */
  readonly revision: number;
}

/**
 * Brings the security groups of Cloud Controller into the log, only what differs. Every control plane does it; the log's
 * compare-and-set and the age of each answer keep them from undoing each other's work.
 */
export class GroupSyncer {
  private readonly stopping = new AbortController();
  private seen: Seen | undefined;
  private failuresInARow = 0;
  private succeededAtMs: number | null = null;
  private readonly running: Promise<void>;

  private constructor(private readonly parts: Parts) {
    this.running = this.syncNowAndThen();
  }

  /** Syncs at once, and then at every interval. */
  static start(parts: Parts): GroupSyncer {
    return new GroupSyncer(parts);
  }

  /** How often the sync has failed since it last succeeded. */
  get failures(): number {
    return this.failuresInARow;
  }

  /** When it last succeeded, epoch milliseconds; `null` before that. */
  get lastSuccessMs(): number | null {
    return this.succeededAtMs;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async syncNowAndThen(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.tryToSync(AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]));
      await delay(this.parts.intervalMs, undefined, { signal }).catch(() => {});
    }
  }

  private async tryToSync(signal: AbortSignal): Promise<void> {
    try {
      await this.sync(signal);
      this.failuresInARow = 0;
      this.succeededAtMs = Date.now();
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.failuresInARow++;
      const failures = this.failuresInARow;
      this.parts.logger.error(
        { error: messageOf(error), failures },
        'the security groups could not be synced; those in force stay, and it is tried again',
      );
    }
  }

  private async sync(signal: AbortSignal): Promise<void> {
    const { source, groups, logger } = this.parts;
    const latestMs = await source.latestUpdateMs(signal);
    // When another control plane wrote since, it may have been with an older answer than ours: then look again.
    if (latestMs !== null && latestMs === this.seen?.latestMs && groups.revision === this.seen.revision) return;
    const { revision } = groups;
    const read = await readStableGroups(source, signal);
    const { event } = await groups.execute(
      { type: 'sync-groups', ...read },
      { actor: { name: 'heddle' }, reason: 'synced from Cloud Controller', correlationId: randomUUID() },
    );
    this.seen = { latestMs: read.asOfMs, revision: event?.seq ?? revision };
    if (event) logger.info({ change: event.seq }, 'security groups synced');
  }
}
