import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BackgroundWork } from '@heddle/platform';
import type { JetStreamClient, NatsConnection } from 'nats';
import {
  BEAT_INTERVAL_MS,
  receiptToSend,
  type Beat,
  type ContainersReport,
  type DriftReport,
  type Receipt,
} from './reports';
import { cellSubject } from './subjects';

const PUBLISH_TIMEOUT_MS = 500;
const RETRY_PAUSE_MS = 250;
/** Receipts that wait for a server that is away; beyond it the oldest are merged. */
const MOST_WAITING = 1_000;

/** Reports of drift that wait for a server; the stream keeps as many of one cell. */
const MOST_DRIFT_WAITING = 100;

/** Of merged receipts; the documents say what is in force in any case. */
const MOST_CHANGES_NAMED = 10_000;

/** A report that waits to be sent. The server stores one with an id that it knows (from the last two minutes) once only. */
interface Waiting<R> {
  readonly id: string;
  readonly report: R;
}

/** Sends what a cell reports, in order, again and again until the server has it. */
export class ReportSender {
  private readonly jetstream: JetStreamClient;
  private readonly stopping = new AbortController();
  private receipts: Waiting<Receipt>[] = [];
  private drift: Waiting<DriftReport>[] = [];
  private containers: Waiting<ContainersReport> | undefined;
  private readonly sending = new BackgroundWork(() => this.send());

  constructor(
    private readonly connection: NatsConnection,
    private readonly cell: string,
  ) {
    this.jetstream = connection.jetstream();
  }

  /** Reports what a kernel transaction put in force. */
  enforced(receipt: Receipt): void {
    // The first one may be under way already, and is left as it is.
    const [first, older, newer, ...rest] = this.receipts;
    if (this.receipts.length >= MOST_WAITING && first && older && newer) {
      this.receipts = [first, { ...newer, report: merged(older.report, newer.report) }, ...rest];
    }
    this.receipts.push(waiting(receipt));
    this.sending.wake();
  }

  /** Reports which containers the cell holds; only the newest report counts. */
  holds(report: ContainersReport): void {
    this.containers = waiting(report);
    this.sending.wake();
  }

  /** Reports that somebody else had changed the rules of the cell; of many that wait the newest count. */
  drifted(report: DriftReport): void {
    this.drift = [...this.drift, waiting(report)].slice(-MOST_DRIFT_WAITING);
    this.sending.wake();
  }

  /** Gives a sign of life now and at each interval, until the signal says stop. `now` is asked for the newest. */
  async beat(now: () => Beat, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.connection.isClosed()) {
      this.connection.publish(cellSubject.beat(this.cell), JSON.stringify(now()));
      await delay(BEAT_INTERVAL_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Stops; gives what is still waiting one short chance. */
  async close(graceMs = 1_000): Promise<void> {
    const over = AbortSignal.timeout(graceMs);
    over.addEventListener('abort', () => this.stopping.abort());
    await this.sending.settled();
  }

  private async send(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const { containers } = this;
      const [receipt] = this.receipts;
      const [drift] = this.drift;
      try {
        // Where containers are comes first, so that a receipt never speaks of a container nobody has heard of.
        if (containers) {
          await this.publish(cellSubject.containers(this.cell), containers);
          if (this.containers === containers) this.containers = undefined;
        } else if (receipt) {
          await this.publish(cellSubject.receipt(this.cell), { id: receipt.id, report: receiptToSend(receipt.report) });
          this.receipts = this.receipts.filter((other) => other !== receipt);
        } else if (drift) {
          await this.publish(cellSubject.drift(this.cell), drift);
          this.drift = this.drift.filter((other) => other !== drift);
        } else return;
      } catch {
        await delay(RETRY_PAUSE_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
      }
    }
  }

  private async publish(
    subject: string,
    { id, report }: Waiting<ContainersReport | ReturnType<typeof receiptToSend> | DriftReport>,
  ): Promise<void> {
    await this.jetstream.publish(subject, JSON.stringify(report), { msgID: id, timeout: PUBLISH_TIMEOUT_MS });
  }
}

function waiting<R>(report: R): Waiting<R> {
  return { id: randomUUID(), report };
}

/** One receipt that says what both said; where both speak of a document, the later one counts. */
function merged(earlier: Receipt, later: Receipt): Receipt {
  const said = new Set(later.documents.map(({ key }) => key));
  const leasesUpTo = later.leasesUpTo ?? earlier.leasesUpTo;
  return {
    ...later,
    ...(leasesUpTo !== undefined && { leasesUpTo }),
    changes: [...earlier.changes, ...later.changes].slice(-MOST_CHANGES_NAMED),
    flowsCut: earlier.flowsCut === null || later.flowsCut === null ? null : earlier.flowsCut + later.flowsCut,
    documents: [...earlier.documents.filter(({ key }) => !said.has(key)), ...later.documents],
  };
}
