import type { LeaseDocument } from '@heddle/calc';
import { LeaseRefused, type LeaseGrant } from '@heddle/cell-protocol';
import { backoff, FatalError, messageOf, type Logger } from '@heddle/platform';
import type { Alarms } from '../alarms';
import type { LeaseControl } from './lease-control';
import { judge, type Holding } from './loss';
import { orLater } from './or-later';

/** What a cell may do with a lease, and without one. */
export interface Forwarding {
  /** Makes the cell forward under this lease. */
  start(grant: LeaseGrant): Promise<void>;
  /** The cell forwards under this lease already; makes it reach the networks that are named now. */
  reach(grant: LeaseGrant): Promise<void>;
  /** Lets nothing in or out any more, whatever is in the way; what could not be done is tried again until it is. */
  stop(): Promise<void>;
}

/** What a lease holder is told once. */
export interface LeaseHolderOptions {
  readonly cell: string;
  readonly incarnation: string;
  readonly control: Pick<LeaseControl, 'acquire' | 'release'>;
  readonly forwarding: Forwarding;
  /** The documents of leases that are known at this moment. */
  readonly documents: () => Iterable<LeaseDocument>;
  readonly alarms: Alarms;
  readonly logger: Logger;
  /** How long a start waits for an answer before it works with the lease from the last run. */
  readonly offlineAfterMs: number;
  /** Hears that somebody answered while the cell works with the lease from the last run, and that it stands. */
  readonly confirmed: () => void;
}

const RETRY = { firstMs: 100, maxMs: 5_000 };
/** A refusal is an answer, which will not be another one at once. */
const REFUSED_RETRY = { firstMs: 1_000, maxMs: 15_000 };
/** Refusals that end by themselves, when another cell goes or is found dead, or an operator makes room. */
const PASSING = ['underlay-address-taken', 'no-lease-available'];
/** A document in doubt is settled by asking, after the documents have had this long to come. */
const DOUBT_MS = 5_000;

/**
 * Holds the cell's lease: gets one, watches what the log says of it, and stops forwarding before anything else once it is
 * lost. Which cell a subnet belongs to is the log's to say; the cell believes it without asking back.
 */
export class LeaseHolder {
  private holding: Holding | null = null;
  private held: LeaseGrant | undefined;
  private isKept = false;
  private lost = newLoss();
  private doubt: NodeJS.Timeout | undefined;

  constructor(private readonly options: LeaseHolderOptions) {}

  /** The lease under which the cell forwards; `null` while it may not. */
  get grant(): LeaseGrant | null {
    return this.holding ? (this.held ?? null) : null;
  }

  /** Whether the lease is that of an earlier run, and nobody has confirmed it since. */
  get isStale(): boolean {
    return this.holding !== null && this.isKept;
  }

  /**
   * Resolves when the cell forwards: under the lease it is given, or under the kept one when nobody answers.
   * @throws {FatalError} when a cell that never had a lease is refused one for a reason that does not pass.
   */
  async begin(kept: LeaseGrant | undefined, signal: AbortSignal): Promise<void> {
    this.held = kept;
    const asking = this.ask(signal);
    try {
      const answer = kept ? await orLater(asking, this.options.offlineAfterMs, signal) : await asking;
      if (answer) return await this.take(answer, false);
    } catch (error) {
      if (!(error instanceof LeaseRefused)) throw error;
      await this.options.forwarding.stop();
      if (!kept && !PASSING.includes(error.code)) throw new FatalError(error.message, { cause: error });
      return this.take(await this.askOn(signal), false);
    }
    await this.take(kept as LeaseGrant, true);
    asking.then(
      (grant) => this.answered(grant),
      (error: unknown) => this.lose(messageOf(error)),
    );
  }

  /** Goes on until the signal says stop: whenever the lease is lost, stops forwarding, then gets another. */
  async keep(signal: AbortSignal): Promise<void> {
    const { alarms, forwarding, control, logger } = this.options;
    const stopped = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
    while (!signal.aborted) {
      const why = await Promise.race([this.lost.promise, stopped]);
      if (why === undefined) break;
      await forwarding.stop();
      alarms.raise('lease-lost', why);
      await control.release().catch((error: unknown) => logger.warn({ error: messageOf(error) }, 'nobody was told'));
      await this.regain(signal);
    }
    clearTimeout(this.doubt);
  }

  /** A document of a lease, this cell's or another's. */
  documentCame(document: LeaseDocument): void {
    if (!this.holding) return;
    const verdict = judge(this.holding, document);
    switch (verdict.kind) {
      case 'nothing':
        return;
      case 'confirmed':
        this.holding = { ...this.holding, confirmedRev: Math.max(verdict.rev, this.holding.confirmedRev) };
        return clearTimeout(this.doubt);
      case 'in-doubt':
        return this.doubtLater();
      case 'lost':
        return this.lose(verdict.why);
    }
  }

  /** The cell may not use its lease any more. */
  lose(why: string): void {
    if (!this.holding) return;
    this.holding = null;
    this.held = undefined;
    clearTimeout(this.doubt);
    this.lost.resolve(why);
  }

  /** Gets a lease and forwards under it, trying again whatever fails, until the signal says stop. */
  private async regain(signal: AbortSignal): Promise<void> {
    const pause = backoff({ ...RETRY, signal });
    while (!signal.aborted) {
      try {
        return await this.take(await this.askOn(signal), false);
      } catch (error) {
        if (signal.aborted) return;
        this.options.logger.error({ error: messageOf(error) }, 'the cell cannot forward yet; it is tried again');
        await pause.wait().catch(() => {});
      }
    }
  }

  private async take(grant: LeaseGrant, isKept: boolean): Promise<void> {
    const { cell, incarnation, alarms, forwarding, logger } = this.options;
    const { overlaySubnet } = grant.lease;
    await forwarding.start(grant);
    this.lost = newLoss();
    this.held = grant;
    this.isKept = isKept;
    this.holding = { cell, incarnation, overlaySubnet, overlayNetworks: grant.overlayNetworks, confirmedRev: 0 };
    alarms.clear('lease-lost');
    alarms.clear('lease-refused');
    logger.info({ overlaySubnet, isKept }, 'the cell forwards under its lease');
    // What came while there was no lease to judge it by; one's own comes first, since others are judged by it.
    const known = [...this.options.documents()];
    for (const own of known) if (own.cell === cell) this.documentCame(own);
    for (const other of known) if (other.cell !== cell) this.documentCame(other);
  }

  /** Somebody answered at last, while the cell works with the lease from the last run. */
  private answered(grant: LeaseGrant): void {
    if (!this.holding) return;
    if (!isSame(grant, this.held))
      return this.lose(`${this.options.cell} lost ${this.holding.overlaySubnet} while nobody could be asked`);
    if (grant.overlayNetworks.join() !== this.holding.overlayNetworks.join()) this.reach(grant);
    if (!this.isKept) return;
    this.isKept = false;
    this.options.confirmed();
  }

  /** The networks of the overlay are others now; the lease is what it was. */
  private reach(grant: LeaseGrant): void {
    const { forwarding, logger } = this.options;
    forwarding.reach(grant).then(
      () => {
        if (!this.holding || !isSame(grant, this.held)) return;
        this.held = grant;
        this.holding = { ...this.holding, overlayNetworks: grant.overlayNetworks };
        logger.info({ overlayNetworks: grant.overlayNetworks }, 'the networks of the overlay have changed');
      },
      (error: unknown) => {
        logger.error(
          { error: messageOf(error) },
          'the networks of the overlay cannot be reached yet; it is tried again',
        );
        if (this.holding) this.doubtLater();
      },
    );
  }

  /** Asking for a lease that one has is answered with that lease, so it settles whose it is. */
  private doubtLater(): void {
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => {
      this.options.control.acquire(this.held).then(
        (grant) => this.answered(grant),
        (error: unknown) => (isLasting(error) ? this.lose(messageOf(error)) : this.holding && this.doubtLater()),
      );
    }, DOUBT_MS);
  }

  /** Asks until there is an answer. @throws {LeaseRefused} when asking again will not help. */
  private async ask(signal: AbortSignal): Promise<LeaseGrant> {
    const pause = backoff({ ...RETRY, signal });
    for (;;) {
      try {
        return await this.options.control.acquire(this.held);
      } catch (error) {
        signal.throwIfAborted();
        if (isLasting(error)) throw error;
        this.options.logger.warn({ error: messageOf(error) }, 'no lease yet; asking again');
        await pause.wait();
      }
    }
  }

  /** Asks until there is a lease, however often it is refused: the cell forwards nothing meanwhile, and an operator is told. */
  private async askOn(signal: AbortSignal): Promise<LeaseGrant> {
    const pause = backoff({ ...REFUSED_RETRY, signal });
    for (;;) {
      try {
        return await this.ask(signal);
      } catch (error) {
        if (!(error instanceof LeaseRefused)) throw error;
        this.held = undefined;
        this.options.alarms.raise('lease-refused', error.message);
        await pause.wait();
      }
    }
  }
}

/** Whether asking again the same way will not help. */
function isLasting(error: unknown): boolean {
  return error instanceof LeaseRefused && error.code !== 'unavailable';
}

/** Whether two leases are the same to the kernel. */
function isSame(one: LeaseGrant, other: LeaseGrant | undefined): boolean {
  return (
    one.lease.overlaySubnet === other?.lease.overlaySubnet &&
    one.lease.overlayHardwareAddress === other.lease.overlayHardwareAddress
  );
}

function newLoss(): { readonly promise: Promise<string>; readonly resolve: (why: string) => void } {
  let resolve!: (why: string) => void;
  const promise = new Promise<string>((settle) => (resolve = settle));
  return { promise, resolve };
}
