import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AcquireLease, Lease, ReleaseLease, RenewLease } from '@heddle/domain';
import type { CommandContext } from '@heddle/event-log';
import { messageOf, type Logger } from '@heddle/platform';
import type { LeaseLedger } from './ledgers';

/** Expiry is looked for this often, or ten times within the expiry time if that is shorter. */
const LONGEST_CHECK_MS = 60_000;

/**
 * Leases, and when each was last renewed. A renewal is no fact and never enters the log: it is remembered here only, so
 * after a restart every cell has the whole expiry time again.
 */
export class LeaseKeeper {
  private readonly renewedAtMs = new Map<string, number>();
  private startedAtMs = performance.now();
  private readonly stopping = new AbortController();
  private expiring: Promise<void> = Promise.resolve();

  constructor(
    private readonly ledger: LeaseLedger,
    private readonly expirationMs: number,
    private readonly logger: Logger,
  ) {}

  /** Begins to look for leases that nobody renews. */
  start(): void {
    this.startedAtMs = performance.now();
    this.expiring = this.expireNowAndThen();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.expiring;
  }

  /** @throws {Refused} by the domain. */
  async acquire(request: Omit<AcquireLease, 'type'>): Promise<Lease> {
    const { state } = await this.ledger.execute(
      { type: 'acquire-lease', ...request },
      byCell(request.cell, request.underlayAddress),
    );
    this.noteRenewal(request.cell);
    const lease = state.byCell.get(request.cell);
    if (!lease) throw new Error(`${request.cell} has no lease after it acquired one`);
    return lease;
  }

  /** @throws {Refused} by the domain. */
  async renew({ lease }: Omit<RenewLease, 'type'>): Promise<void> {
    await this.ledger.execute({ type: 'renew-lease', lease }, byCell(lease.cell, lease.underlayAddress));
    this.noteRenewal(lease.cell);
  }

  async release({ cell }: Omit<ReleaseLease, 'type'>): Promise<void> {
    const address = this.ledger.state.byCell.get(cell)?.underlayAddress;
    await this.ledger.execute({ type: 'release-lease', cell }, byCell(cell, address));
    this.renewedAtMs.delete(cell);
  }

  private noteRenewal(cell: string): void {
    this.renewedAtMs.set(cell, performance.now());
  }

  private async expireNowAndThen(): Promise<void> {
    const { signal } = this.stopping;
    const intervalMs = Math.min(LONGEST_CHECK_MS, this.expirationMs / 10);
    while (!signal.aborted) {
      await delay(intervalMs, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await this.expireOverdue();
    }
  }

  private async expireOverdue(): Promise<void> {
    for (const { cell } of this.ledger.state.byCell.values()) {
      const idleMs = performance.now() - (this.renewedAtMs.get(cell) ?? this.startedAtMs);
      if (idleMs < this.expirationMs) continue;
      try {
        const reason = `not renewed for ${Math.round(idleMs / 1000)} s`;
        await this.ledger.execute(
          { type: 'expire-lease', cell },
          { actor: { name: 'heddle' }, reason, correlationId: randomUUID() },
        );
        this.renewedAtMs.delete(cell);
        this.logger.warn({ cell, reason }, 'a lease has expired');
      } catch (error) {
        this.logger.error({ cell, error: messageOf(error) }, 'a lease could not be expired; it is tried again');
      }
    }
  }
}

/** What a cell asks for comes over the nats-server, which tells no address: the one it says itself is all there is. */
function byCell(cell: string, address: string | undefined): CommandContext {
  return { actor: { name: cell }, ...(address !== undefined && { address }), correlationId: randomUUID() };
}
