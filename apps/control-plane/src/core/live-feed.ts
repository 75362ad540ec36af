import { readReports, type Report } from '@heddle/cell-protocol';
import type { EventLog, LogFollower, LoggedEvent } from '@heddle/event-log';
import type { NatsConnection } from '@heddle/platform';
import type { EnforcementProjection } from './enforcement-projection';

/** A place in the feed: how far in the log, and how far in the cells' reports. */
export interface FeedPosition {
  readonly logged: number;
  readonly reported: number;
}

/** Something that happened. */
export type FeedEntry =
  | { readonly kind: 'change'; readonly at: FeedPosition; readonly change: LoggedEvent }
  | { readonly kind: 'report'; readonly at: FeedPosition; readonly report: Report };

interface Parts {
  readonly connection: NatsConnection;
  readonly log: EventLog;
  readonly follower: LogFollower;
  readonly enforcement: Pick<EnforcementProjection, 'position' | 'positionsLost' | 'onReport'>;
}

/** Takes an entry: a large one in turns, until when a promise holds up the log. */
type Listener = (entry: FeedEntry) => void | Promise<void>;

/**
 * Changes and reports as one feed that can be taken up again at any place: what was missed is read from the streams, and
 * what comes meanwhile is held until that is done. Whoever listens gets each entry once, in the order of its stream.
 */
export class LiveFeed {
  private readonly listeners = new Set<Listener>();
  private readonly stopHearing: () => void;

  constructor(private readonly parts: Parts) {
    const tell = (change: LoggedEvent): void | Promise<void> =>
      this.tell({ kind: 'change', at: { logged: change.seq, reported: parts.enforcement.position }, change });
    parts.follower.subscribe(tell, tell);
    this.stopHearing = parts.enforcement.onReport((report) => {
      void this.tell({ kind: 'report', at: { logged: parts.follower.position, reported: report.position }, report });
    });
  }

  /** Where the feed is now. */
  get position(): FeedPosition {
    return { logged: this.parts.follower.position, reported: this.parts.enforcement.position };
  }

  /** How many listen. */
  get listening(): number {
    return this.listeners.size;
  }

  /** Gives every entry behind a place to the listener, those to come included, until the signal says stop. */
  async follow(from: FeedPosition, signal: AbortSignal, listener: Listener): Promise<void> {
    if (signal.aborted) return;
    const held: FeedEntry[] = [];
    const hold: Listener = (entry) => void held.push(entry);
    const until = this.position;
    this.listeners.add(hold);
    signal.addEventListener('abort', () => this.listeners.delete(listener), { once: true });
    try {
      await this.replay(from, until, signal, listener);
      for (let entry = held.shift(); entry && !signal.aborted; entry = held.shift()) await listener(entry);
      // Nothing is awaited between the last look at the held ones and this, so no entry can come in between.
      if (!signal.aborted) this.listeners.add(listener);
    } finally {
      this.listeners.delete(hold);
    }
  }

  async close(): Promise<void> {
    this.stopHearing();
    this.listeners.clear();
  }

  private async replay(
    from: FeedPosition,
    until: FeedPosition,
    signal: AbortSignal,
    listener: Listener,
  ): Promise<void> {
    for await (const change of this.parts.log.read({ after: from.logged, upTo: until.logged, signal })) {
      await listener({ kind: 'change', at: { logged: change.seq, reported: from.reported }, change });
    }
    if (signal.aborted) return;
    const { connection, enforcement } = this.parts;
    const range = { after: from.reported, upTo: until.reported, before: enforcement.positionsLost, signal };
    for await (const report of readReports(connection, range)) {
      await listener({ kind: 'report', at: { logged: until.logged, reported: report.position }, report });
    }
  }

  private tell(entry: FeedEntry): void | Promise<void> {
    const taking = [...this.listeners].flatMap((listener) => listener(entry) ?? []);
    if (taking.length > 0) return Promise.all(taking).then(() => {});
  }
}
