import { randomUUID } from 'node:crypto';
import {
  sameHolder,
  type AcquireLease,
  type Holder,
  type Lease,
  type LeaseCommand,
  type LeaseTimes,
} from '@heddle/domain';
import { BackgroundWork, messageOf, type Logger } from '@heddle/platform';
import type { CellPresence } from './cell-presence';
import type { LeaseLedger } from './ledgers';

/** The lease of an earlier incarnation, that of a silent cell at the same address, then the lease; and room for a lost race. */
const MOST_STEPS = 8;

/** How long what lasts; milliseconds. */
export interface LeaseTerms {
  /** How long a subnet whose holder was lost is kept from others. */
  readonly quarantineMs: number;
  /** A cell that has not renewed for this long counts as silent. */
  readonly silentAfterMs: number;
}

/** What a cell says when it acquires. */
export type Acquisition = Pick<AcquireLease, 'cell' | 'incarnation' | 'underlayAddress' | 'held'> & {
  readonly singleAddress?: boolean;
};

/** Leases, as cells ask for them and as time ends them. */
export class LeaseKeeper {
  private readonly expiring = new BackgroundWork(() => this.expireOverdue());

  constructor(
    private readonly ledger: LeaseLedger,
    private readonly presence: CellPresence,
    private readonly terms: LeaseTerms,
    private readonly logger: Logger,
  ) {}

  /** Begins to look who renews. @param endsOverdue whether leases that nobody renews are ended here, or by another process */
  async start({ endsOverdue = true } = {}): Promise<void> {
    await this.presence.start(() => endsOverdue && this.expiring.wake());
  }

  async close(): Promise<void> {
    await this.presence.close();
    await this.expiring.settled();
  }

  /** @throws {Refused} by the domain. */
  async acquire({ singleAddress = false, ...wanted }: Acquisition): Promise<Lease> {
    const command = (): AcquireLease => ({
      ...{ type: 'acquire-lease', ...wanted, singleAddress, ...this.times() },
      silent: this.ifSilent(this.ledger.state.byUnderlayAddress.get(wanted.underlayAddress)),
    });
    for (let step = 0; step < MOST_STEPS; step++) {
      const { event, state } = await this.execute(command, wanted);
      if (event?.type.startsWith('lease-fenced')) {
        this.logger.warn(
          { event: event.seq, ...wanted, fenced: event.data },
          'a lease was fenced for a cell that came',
        );
        continue;
      }
      const lease = state.byCell.get(wanted.cell);
      if (!lease || !sameHolder(lease, wanted)) continue;
      this.presence.renew(lease);
      return lease;
    }
    throw new Error(`${wanted.cell} has no lease after ${MOST_STEPS} steps towards one`);
  }

  /** A silk daemon renews. @throws {Refused} by the domain. */
  async renew(lease: Lease): Promise<void> {
    await this.execute(() => ({ type: 'renew-lease', lease, ...this.times() }), lease);
    this.presence.renew(lease);
  }

  /** The holder gives its lease back. */
  async release(holder: Holder): Promise<void> {
    await this.execute({ type: 'release-lease', cell: holder.cell, incarnation: holder.incarnation }, holder);
    this.presence.forget(holder);
  }

  private execute(command: LeaseCommand | (() => LeaseCommand), by: Holder & { underlayAddress?: string }) {
    // What a cell asks for comes over the nats-server, which tells no address: the one it says itself is all there is.
    const address = by.underlayAddress ?? this.ledger.state.byCell.get(by.cell)?.underlayAddress;
    const context = {
      actor: { name: by.cell },
      ...(address !== undefined && { address }),
      correlationId: randomUUID(),
    };
    return this.ledger.execute(command, context);
  }

  private times(): LeaseTimes {
    return { atMs: this.presence.nowMs(), quarantineMs: this.terms.quarantineMs };
  }

  /** What time it is on the clock that renewals are stamped with: epoch milliseconds. */
  nowMs(): number {
    return this.presence.nowMs();
  }

  /** For how long a holder has not renewed, in milliseconds. */
  silentForMs(holder: Holder): number {
    return this.presence.silentForMs(holder);
  }

  /** Whether a holder has renewed lately. */
  isAlive(holder: Holder): boolean {
    return this.presence.silentForMs(holder) < this.terms.silentAfterMs;
  }

  private ifSilent(lease: Lease | undefined): Holder | undefined {
    return lease && !this.isAlive(lease) ? lease : undefined;
  }

  private async expireOverdue(): Promise<void> {
    const { byCell } = this.ledger.state;
    // What was never heard of is given a mark, so that its time begins to run for every control plane.
    for (const lease of byCell.values()) if (!this.presence.knows(lease)) this.presence.renew(lease);
    for (const lease of this.presence.overdue(byCell.values())) {
      const silentForS = Math.round(this.presence.silentForMs(lease) / 1000);
      const reason = `not renewed for ${silentForS} s`;
      try {
        const command = (): LeaseCommand => ({ type: 'expire-lease', lease, atMs: this.presence.nowMs() });
        const { event } = await this.ledger.execute(command, {
          actor: { name: 'heddle' },
          reason,
          correlationId: randomUUID(),
        });
        this.presence.forget(lease);
        if (event) this.logger.warn({ lease, reason }, 'a lease has expired');
      } catch (error) {
        this.logger.error({ lease, error: messageOf(error) }, 'a lease could not be expired; it is tried again');
      }
    }
  }
}
