import { randomUUID } from 'node:crypto';
import type { Policy, PolicyEvent } from '@heddle/domain';
import { fromFact, type CommandContext } from '@heddle/event-log';
import { messageOf, sleep, type Logger } from '@heddle/platform';
import type { PolicyLedger } from '../core/ledgers';
import type { AccessControl } from './access-control';

/** Under this token controllers get {@link PolicyCleanup}. */
export const CLEANUP = Symbol('policy cleanup');

const MINUTE_MS = 60_000;

/** What the cleanup works with. */
export interface CleanupParts {
  readonly policies: PolicyLedger;
  /** Every policy, in the order they were added, in which the answer names those that go. */
  readonly list: () => Promise<readonly Policy[]>;
  readonly access: Pick<AccessControl, 'findStale'>;
  readonly intervalMinutes: number;
  readonly logger: Logger;
}

/** Removes policies whose apps are gone, now and then and on request, one pass at a time. */
export class PolicyCleanup {
  private readonly stopping = new AbortController();
  private waiting: Promise<void> = Promise.resolve();
  private passes: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: CleanupParts) {}

  /** Begins to clean up now and then, first after one whole interval. */
  start(): void {
    this.waiting = this.cleanNowAndThen();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.waiting;
    await this.passes;
  }

  /**
   * One pass, after those under way.
   * @param why goes into the reason of the change: `on request of ann`.
   * @param asked who wants it and from where; Heddle itself without it.
   * @returns what it removed.
   * @throws {ServiceFailed} or {@link ImplausibleAnswer}; then nothing was removed.
   */
  async clean(why: string, asked?: CommandContext): Promise<readonly Policy[]> {
    const pass = this.passes.then(() => this.pass(why, asked));
    this.passes = pass.catch(() => {});
    return pass;
  }

  private async pass(why: string, asked?: CommandContext): Promise<readonly Policy[]> {
    const { policies, list, access, logger } = this.parts;
    const all = await list();
    const stale = await access.findStale(all);
    logger.info({ stale: stale.length, of: all.length, why }, 'stale policies looked for');
    if (stale.length === 0) return [];
    const { event } = await policies.execute(
      { type: 'remove-policies', policies: stale },
      {
        ...(asked ?? { actor: { name: 'heddle' }, correlationId: randomUUID() }),
        reason: `cleanup ${why}: the Cloud Controller no longer has an app of each`,
      },
    );
    // Others may have removed some of them meanwhile: what counts is what this change did.
    const fact = event && fromFact<PolicyEvent>(event);
    return fact?.type === 'policies-changed' ? fact.removed : [];
  }

  private async cleanNowAndThen(): Promise<void> {
    const { signal } = this.stopping;
    const { intervalMinutes, logger } = this.parts;
    while (!signal.aborted) {
      await sleep(intervalMinutes * MINUTE_MS, signal).catch(() => {});
      if (signal.aborted) return;
      await this.clean(`every ${intervalMinutes} min`).catch((error: unknown) =>
        logger.error({ reason: messageOf(error) }, 'stale policies were not removed; it is tried again'),
      );
    }
  }
}
