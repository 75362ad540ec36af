import { setTimeout as delay } from 'node:timers/promises';
import {
  LeaseClient,
  ReportSender,
  StateWatch,
  type Beat,
  type ContainersReport,
  type DriftReport,
  type Receipt,
  type StateListener,
} from '@heddle/cell-protocol';
import { BackgroundWork, backoff, FatalError, messageOf, type connectNats, type Logger } from '@heddle/platform';
import type { Knowledge } from './knowledge';

type Connection = Awaited<ReturnType<typeof connectNats>>;

/** What was opened once there was a server. */
interface Line {
  readonly connection: Connection;
  readonly leases: LeaseClient;
  readonly sender: ReportSender;
  readonly watch: StateWatch;
}

/** Hears what the server says, and of which apps that matters no more. */
export interface DocumentListener extends StateListener {
  /** The last container of the app has left, and its documents are not watched any more. */
  appLeft(app: string): void;
  /** The same of a space. */
  spaceLeft(space: string): void;
}

/** Whose document is wanted while containers are there that it is about. */
interface Wanted {
  readonly kind: 'app' | 'space';
  readonly name: string;
  /** What waits for its first reading; `null` once it was read. */
  reading: { readonly read: Promise<void>; readonly done: () => void } | null;
}

/** What an uplink is told once. */
export interface UplinkOptions {
  readonly cell: string;
  /** Connects, however long that takes. @throws {FatalError} when waiting will not help. */
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
  /** Whether the cell can work without a server, so that it goes on trying where waiting seems not to help. */
  readonly canWait: boolean;
  /** Is told what the server says; `caughtUp` also once everything was read for the first time. */
  readonly listener: DocumentListener;
  readonly knowledge: Pick<Knowledge, 'appSettled' | 'spaceSettled'>;
  readonly logger: Logger;
  /** Ends every wait for a server. */
  readonly signal: AbortSignal;
}

/** How long a container waits for the documents of its app before it starts with those that are kept, if any. */
const PATIENCE_MS = 3_000;
const RETRY = { firstMs: 50, maxMs: 2_000 };
const REFUSED_RETRY_MS = 5_000;

/**
 * All that a cell says and hears over NATS. It may be there long before a server is: what is asked then waits, and what is
 * reported then is reported once there is one. After that the connection comes back by itself.
 */
export class Uplink {
  private readonly stopping = new AbortController();
  private readonly signal: AbortSignal;
  private readonly connecting: Promise<Line>;
  private readonly bringingUp: Promise<void>;
  private readonly reading = new BackgroundWork(() => this.readWanted());
  private line: Line | null = null;
  private isCut = false;
  private report: ContainersReport | null = null;
  /** The apps and spaces of the containers on the cell. */
  private readonly wanted = new Map<string, Wanted>();

  constructor(private readonly options: UplinkOptions) {
    this.signal = AbortSignal.any([options.signal, this.stopping.signal]);
    this.connecting = this.open();
    this.bringingUp = this.connecting.then((line) => this.bringUp(line));
    // Who waits for the line hears of its failure; nobody may be waiting.
    this.connecting.catch(() => {});
    this.bringingUp.catch(() => {});
  }

  /** Whether the server can be asked at this moment. */
  get isInTouch(): boolean {
    return this.line !== null && !this.isCut;
  }

  /** How many documents had to be fetched since the start because their messages were lost. */
  get gaps(): number {
    return this.line?.watch.gaps ?? 0;
  }

  /** Resolves when the leases, and the documents of the apps wanted so far, have been read once. @throws {FatalError} */
  get ready(): Promise<void> {
    return this.bringingUp;
  }

  /** The client of the lease controller, as soon as there is a server. @throws {FatalError} */
  async leases(): Promise<LeaseClient> {
    return (await this.connecting).leases;
  }

  /** Reports what a kernel transaction put in force. Without a server there is nobody to wait for it. */
  enforced(receipt: Receipt): void {
    this.line?.sender.enforced(receipt);
  }

  /** Reports what somebody else had changed. Without a server it is in the agent's own log and figures alone. */
  drifted(report: DriftReport): void {
    this.line?.sender.drifted(report);
  }

  /** Reports which containers the cell holds. */
  holds(report: ContainersReport): void {
    this.report = report;
    this.line?.sender.holds(report);
  }

  /** Gives a sign of life at each interval, as soon as there is a server. */
  async beat(now: () => Beat, signal: AbortSignal): Promise<void> {
    const line = await this.connecting.catch(() => null);
    await line?.sender.beat(now, signal);
  }

  /**
   * Watches an app. Resolves when its stored document was given to the listener, or when the server cannot be asked: then
   * what is kept of the app has to do, until it can.
   */
  async watchApp(app: string): Promise<void> {
    await this.want('app', app);
  }

  /** No longer watches an app. */
  unwatchApp(app: string): void {
    this.wanted.delete(keyOf('app', app));
    this.line?.watch.unwatchApp(app);
    this.options.listener.appLeft(app);
  }

  /** Watches the security groups of a space, as {@link watchApp} does an app. */
  async watchSpace(space: string): Promise<void> {
    await this.want('space', space);
  }

  /** No longer watches a space. */
  unwatchSpace(space: string): void {
    this.wanted.delete(keyOf('space', space));
    this.line?.watch.unwatchSpace(space);
    this.options.listener.spaceLeft(space);
  }

  /** Reads everything again; resolves when all of it was given to the listener. @throws {Error} when the server cannot be asked */
  async readAgain(): Promise<void> {
    if (!this.line) throw new Error('there is no server yet');
    await this.line.watch.readAgain();
  }

  /** Stops; gives what is still to be reported one short chance. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.bringingUp.catch(() => {});
    await this.reading.settled();
    await this.line?.watch.close();
    await this.line?.sender.close();
    await this.line?.connection.drain();
  }

  private async open(): Promise<Line> {
    const connection = await this.connect();
    const { cell, listener } = this.options;
    const watch = new StateWatch(connection, {
      ...listener,
      cutOff: () => {
        this.isCut = true;
        listener.cutOff();
      },
      caughtUp: () => {
        this.isCut = false;
        this.reading.wake();
        listener.caughtUp();
      },
    });
    const sender = new ReportSender(connection, cell);
    this.line = { connection, leases: new LeaseClient(connection), sender, watch };
    if (this.report) sender.holds(this.report);
    return this.line;
  }

  private async connect(): Promise<Connection> {
    const { connect, canWait, logger } = this.options;
    const { signal } = this;
    for (;;) {
      try {
        return await connect(signal);
      } catch (error) {
        if (!canWait || !(error instanceof FatalError)) throw error;
        logger.error({ error: error.message }, 'the server is of no use; the cell goes on with what it kept');
        await delay(REFUSED_RETRY_MS, undefined, { signal });
      }
    }
  }

  private async bringUp({ watch }: Line): Promise<void> {
    await Promise.all([
      this.untilDone('the leases', () => watch.watchLeases()),
      this.untilDone('the security groups of all spaces', () => watch.watchSpace(null)),
    ]);
    this.options.knowledge.spaceSettled(null);
    this.reading.wake();
    await this.reading.settled();
    if (!this.signal.aborted) this.options.listener.caughtUp();
  }

  private async want(kind: Wanted['kind'], name: string): Promise<void> {
    const key = keyOf(kind, name);
    const wanted = this.wanted.get(key) ?? { kind, name, reading: newRead() };
    this.wanted.set(key, wanted);
    if (wanted.reading === null) return;
    this.reading.wake();
    if (!this.isInTouch) return;
    const late = new AbortController();
    await Promise.race([wanted.reading.read, delay(PATIENCE_MS, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
  }

  /** Reads the documents that are wanted and were not read yet. */
  private async readWanted(): Promise<void> {
    const { line } = this;
    if (!line) return;
    const unread = [...this.wanted].filter(([, { reading }]) => reading !== null);
    await Promise.all(unread.map(([key, wanted]) => this.readOne(line, key, wanted)));
  }

  private async readOne({ watch }: Line, key: string, wanted: Wanted): Promise<void> {
    const { kind, name } = wanted;
    const isWanted = (): boolean => this.wanted.get(key) === wanted;
    await this.untilDone(key, () => (kind === 'app' ? watch.watchApp(name) : watch.watchSpace(name)), isWanted);
    if (!this.wanted.has(key)) {
      if (kind === 'app') watch.unwatchApp(name);
      else watch.unwatchSpace(name);
    }
    if (!isWanted()) return;
    const { reading } = wanted;
    wanted.reading = null;
    if (kind === 'app') this.options.knowledge.appSettled(name);
    else this.options.knowledge.spaceSettled(name);
    reading?.done();
  }

  /** Tries to read until that is done, or nobody wants it any more. */
  private async untilDone(what: string, read: () => Promise<void>, isWanted = (): boolean => true): Promise<void> {
    const { signal } = this;
    const pause = backoff({ ...RETRY, signal });
    while (!signal.aborted && isWanted()) {
      try {
        return await read();
      } catch (error) {
        this.options.logger.warn({ what, error: messageOf(error) }, 'cannot be read yet; it is tried again');
        await pause.wait().catch(() => {});
      }
    }
  }
}

function keyOf(kind: Wanted['kind'], name: string): string {
  return `${kind}:${name}`;
}

function newRead(): { readonly read: Promise<void>; readonly done: () => void } {
  let done!: () => void;
  const read = new Promise<void>((settle) => (done = settle));
  return { read, done };
}
