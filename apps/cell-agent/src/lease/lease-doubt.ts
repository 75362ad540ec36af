import type { Alarms } from '../alarms';
import type { Knowledge } from '../knowledge';

/** How long the document of a lease may come after the answer that gave it; the control plane needs milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * Whether what was read of the leases can be the truth, and an alarm for as long as it cannot.
 *
 * A cell that remembers leases raises it at once. One that remembers none has nothing to lose: it may hold no lease yet, or
 * one whose document is still on its way, so it raises the alarm only when it holds a lease and the document stays away.
 */
export class LeaseDoubt {
  private isOpen = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly knowledge: Pick<Knowledge, 'leasesSettled' | 'remembersLeases' | 'holdsLease'>,
    /** Which share of the peers may be missing at once. */
    private readonly mostMissing: number,
    private readonly alarms: Alarms,
  ) {}

  /** Everything stored of the leases has been read. */
  settle(): void {
    this.look(this.knowledge.remembersLeases);
  }

  /** A document of a lease came, which may be what was missing. */
  leaseCame(): void {
    if (this.isOpen) this.settle();
  }

  private look(isSure: boolean): void {
    const why = this.knowledge.leasesSettled(this.mostMissing);
    this.isOpen = why !== null;
    if (why === null) {
      clearTimeout(this.timer);
      this.timer = undefined;
      return this.alarms.clear('implausible-leases');
    }
    if (isSure) this.alarms.raise('implausible-leases', why);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.look(this.knowledge.holdsLease);
    }, PATIENCE_MS).unref();
  }
}
