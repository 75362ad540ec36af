import { randomBytes } from 'node:crypto';
import { publishRenewal, publishTick, readRenewals, type Renewal } from '@heddle/cell-protocol';
import {
  forgot,
  heard,
  isKnown,
  overdue,
  serverTimeMs,
  silentForMs,
  ticked,
  unobserved,
  type Holder,
  type Lease,
  type Patience,
  type Presence,
} from '@heddle/domain';
import { FatalError, type NatsConnection } from '@heddle/platform';

/** How often this process sends a tick, unless the expiry time is short. */
const LONGEST_BETWEEN_TICKS_MS = 10_000;
/** So many ticks lost in a row mean that this process was cut off. */
const TICKS_LOST = 3;
/** A tick that has not come back by then never will. */
const MOST_TICKS_UNDER_WAY = 10;
const FIRST_TICK_WITHIN_MS = 15_000;

/**
 * Who renewed when, out of the stream of renewals, which every control plane reads for itself.
 *
 * ```
 *   cells ── renewals ──▶ HEDDLE_RENEWALS ──▶ presence (pure fold) ──▶ who is alive, who is overdue, what time it is
 *   this process ─ tick ─▶      │ stamps, newest of each
 * ```
 *
 * It judges when its own tick comes back: then everything before it has been read, and all stamps are of one clock.
 */
export class CellPresence {
  private presence: Presence = unobserved;
  private readonly observer = randomBytes(6).toString('hex');
  private readonly underWay = new Map<number, number>();
  private readonly stopping = new AbortController();
  private readonly tickMs: number;
  private ticks = 0;
  private beating: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private hearTick: () => void = () => {};

  constructor(
    private readonly connection: NatsConnection,
    private readonly patience: Patience,
  ) {
    this.tickMs = Math.min(LONGEST_BETWEEN_TICKS_MS, patience.expiryMs / 20);
  }

  /** Rejects when renewals cannot be read any more. */
  get failed(): Promise<void> {
    return this.reading;
  }

  /**
   * Begins to look; when this resolves, everything stored has been read.
   * @param onTick is called after each tick that came back.
   * @throws {FatalError} when the server does not give it back.
   */
  async start(onTick: () => void): Promise<void> {
    const first = new Promise<void>((resolve) => (this.hearTick = resolve));
    this.reading = this.read();
    this.reading.catch(() => {});
    this.tick();
    this.beating = setInterval(() => this.tick(), this.tickMs);
    const over = new AbortController();
    const tooLate = new Promise<never>((_, reject) => {
      const timer = setTimeout(
        () => reject(new FatalError('the stream HEDDLE_RENEWALS does not answer')),
        FIRST_TICK_WITHIN_MS,
      );
      over.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    await Promise.race([first, tooLate, this.reading]).finally(() => over.abort());
    this.hearTick = onTick;
  }

  /** What time it is on the server's clock: epoch milliseconds. */
  nowMs(): number {
    return serverTimeMs(this.presence, performance.now()) ?? Date.now();
  }

  /** For how long a holder has not renewed, in milliseconds. */
  silentForMs(holder: Holder): number {
    return silentForMs(this.presence, holder, performance.now());
  }

  /** Which of some leases nobody has renewed for too long, by the newest tick. */
  overdue(leases: Iterable<Lease>): Lease[] {
    return overdue(this.presence, leases, this.patience);
  }

  /** Whether this holder was ever heard of. */
  knows(holder: Holder): boolean {
    return isKnown(this.presence, holder);
  }

  /** Renews on behalf of a holder, for every control plane to see. */
  renew(lease: Renewal): void {
    this.presence = heard(this.presence, lease, this.nowMs());
    publishRenewal(this.connection, lease);
  }

  /** Forgets a holder whose lease has ended. */
  forget(holder: Holder): void {
    this.presence = forgot(this.presence, holder);
  }

  async close(): Promise<void> {
    clearInterval(this.beating);
    this.stopping.abort();
    await this.reading.catch(() => {});
  }

  private tick(): void {
    if (this.connection.isClosed()) return;
    if (this.underWay.size >= MOST_TICKS_UNDER_WAY) this.underWay.clear();
    this.underWay.set(++this.ticks, performance.now());
    publishTick(this.connection, this.observer, this.ticks);
  }

  private async read(): Promise<void> {
    for await (const message of readRenewals(this.connection, this.stopping.signal)) {
      if (message.kind === 'renewal') this.presence = heard(this.presence, message.renewal, message.stampedAtMs);
      if (message.kind === 'tick' && message.observer === this.observer)
        this.tickCameBack(message.number, message.stampedAtMs);
    }
  }

  private tickCameBack(number: number, stampedAtMs: number): void {
    const sentAtMs = this.underWay.get(number);
    if (sentAtMs === undefined) return;
    this.underWay.delete(number);
    const tick = { stampedAtMs, sentAtMs, receivedAtMs: performance.now() };
    this.presence = ticked(this.presence, tick, TICKS_LOST * this.tickMs);
    this.hearTick();
  }
}
